/// What it takes until the first step of a graph has been done: planning, with all optimisations.
/// Sessions are made, and variables initialised, before the clock starts.

#include <memory>
#include <vector>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/descent.hpp"
#include "data/line_data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"

namespace deft::benchmark {
namespace {

constexpr std::int64_t rows = 100;

/// Models, chains and fans side by side: about `nodes` of all kinds that passes look for.
class Medley {
 public:
  explicit Medley(std::int64_t nodes) {
    while (static_cast<std::int64_t>(graph_.num_nodes()) < nodes) add_part();
    sum_ = add_n(ends_);
    step_ = group(steps_);
    initialize_ = global_variables_initializer(graph_);
  }

  double milliseconds() const {
    Session session(graph_, {.threads = 1});
    session.run(initialize_);
    const Stopwatch stopwatch;
    session.run({sum_, step_});
    return 1e3 * stopwatch.seconds();
  }

 private:
  void add_part() {
    const Output X = constant(graph_, Tensor::zeros(DType::f32, {rows, 2}));
    const Output d = constant(graph_, Tensor::zeros(DType::f32, {rows, 1}));
    const Descent descent = gradient_descent(X, d, 0.1);
    steps_.push_back(descent.train);
    Output column = matmul(X, descent.w);
    Output number = reduce_sum(descent.w);
    std::vector<Output> fan;
    for (int i = 0; i < 10; ++i) {
      column = tanh(abs(column + d) * number);
      number = sqrt(square(number) + 1);
      fan.push_back(exp(column * i));
    }
    ends_.push_back(reduce_sum(add_n(fan)));
  }

  Graph graph_;
  std::vector<Output> steps_;
  std::vector<Output> ends_;
  Output sum_;
  Output step_;
  Output initialize_;
};

/// The article's regression.
class Article {
 public:
  explicit Article(const LineData<float>& data)
      : descent_(gradient_descent(constant(graph_, data.X()), constant(graph_, data.d()), rate)),
        initialize_(global_variables_initializer(graph_)) {}

  double first_step() const {
    Session session = ready();
    return step_milliseconds(session);
  }

  double later_step() const {
    Session session = ready();
    step_milliseconds(session);
    return step_milliseconds(session);
  }

  Tensor weights() const {
    Session session = ready();
    step_milliseconds(session);
    return session.eval(descent_.w);
  }

  static constexpr double rate = 0.001;

 private:
  Session ready() const {
    Session session(graph_, {.threads = 1});
    session.run(initialize_);
    return session;
  }

  double step_milliseconds(Session& session) const {
    const Stopwatch stopwatch;
    session.run(descent_.train);
    return 1e3 * stopwatch.seconds();
  }

  Graph graph_;
  Descent descent_;
  Output initialize_;
};

}  // namespace

Contest plan_growth(const Setting& setting) {
  const std::int64_t nodes = setting.size(100'000, 1000);
  const auto large = std::make_shared<Medley>(nodes);
  const auto small = std::make_shared<Medley>(nodes / 10);
  return {[=] { return large->milliseconds(); }, [=] { return small->milliseconds(); }};
}

Contest plan_article(const Setting& setting) {
  const std::int64_t size = setting.size(10'000, 100);
  const LineData<float> data(size);
  const auto article = std::make_shared<Article>(data);
  float w[2] = {0, 0};
  train_line_plainly(data.columns(),
                     static_cast<float>(2 * Article::rate / static_cast<double>(size)), 1, w);
  for (std::size_t j = 0; j < 2; ++j)
    expect_close(double{article->weights().data<float>()[j]}, double{w[j]}, 1e-4);
  return {[=] { return article->first_step(); }, [=] { return article->later_step(); }};
}

}  // namespace deft::benchmark
