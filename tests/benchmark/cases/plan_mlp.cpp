/// Planning a step of a network: 784-256-128-100-10 with dropout and AdamW, on batches of pictures
/// that are fed. Its first step would take milliseconds for itself, and for memory that is new.

#include <memory>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"

namespace deft::benchmark {
namespace {

class Mlp {
 public:
  explicit Mlp(std::int64_t batch)
      : pictures_(Tensor::zeros(DType::u8, {batch, 784})),
        labels_(Tensor::zeros(DType::u8, {batch})) {
    const Random random(graph_, {.seed = 1});
    const Dense first(random, 784, 256, {.name = "first"});
    const Dense second(random, 256, 128, {.name = "second"});
    const Dense third(random, 128, 100, {.name = "third"});
    const Dense last(random, 100, 10, {.name = "last"});
    Output x = relu(first(cast(x_, DType::f32) / 255.0));
    x = relu(second(dropout(x, 0.3, random)));
    x = relu(third(dropout(x, 0.2, random)));
    step_ = minimize(softmax_cross_entropy(last(x), of_x_), AdamW{}).step;
    initialize_ = global_variables_initializer(graph_);
    first_ = first.weight;
    for (std::size_t i = 0; i < pictures_.num_bytes(); ++i)
      pictures_.mutable_data<std::uint8_t>()[i] = static_cast<std::uint8_t>(i % 251);
  }

  Session ready(const Optimizations& optimizations) const {
    Session session(graph_, {.threads = 1, .optimizations = optimizations});
    session.run(initialize_);
    return session;
  }

  void step(Session& session) const { session.run(step_, feeds()); }

  /// What an explanation takes longer that makes the plan than one that finds it.
  double planning_milliseconds() const {
    Session session(graph_, {.threads = 1});
    const double first = explaining_milliseconds(session);
    return first - explaining_milliseconds(session);
  }

  double step_milliseconds(Session& session) const {
    const Stopwatch stopwatch;
    step(session);
    return 1e3 * stopwatch.seconds();
  }

  Tensor weights(const Session& session) const { return session.value(first_); }

 private:
  Feeds feeds() const { return {{x_, pictures_}, {of_x_, labels_}}; }

  double explaining_milliseconds(Session& session) const {
    const Stopwatch stopwatch;
    session.explain({step_}, feeds());
    return 1e3 * stopwatch.seconds();
  }

  Graph graph_;
  Output x_ = placeholder(graph_, DType::u8, {-1, 784}, {.name = "x"});
  Output of_x_ = placeholder(graph_, DType::u8, {-1}, {.name = "labels"});
  Tensor pictures_, labels_;
  Output first_;
  Output step_;
  Output initialize_;
};

}  // namespace

Contest plan_mlp(const Setting& setting) {
  const auto mlp = std::make_shared<Mlp>(setting.size(128, 8));
  Session ours = mlp->ready({});
  Session plain = mlp->ready(Optimizations::none());
  mlp->step(ours);
  mlp->step(plain);
  expect_same_bytes(mlp->weights(ours), mlp->weights(plain));
  return {[=] { return mlp->planning_milliseconds(); },
          [=]() mutable { return mlp->step_milliseconds(ours); }};
}

}  // namespace deft::benchmark
