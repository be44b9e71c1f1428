/// 1000 additions, each of the result of the one before: what an instruction costs at least, and
/// what is left of them when the plan is optimised.

#include <memory>
#include <vector>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "references/call_list.hpp"

namespace deft::benchmark {
namespace {

constexpr int length = 1000;

/// v += 1 + 1 + ..., in a session. A variable, so that nothing is known before the run.
class Chain {
 public:
  explicit Chain(Optimizations optimizations)
      : v_(variable(graph_, Tensor::zeros(DType::f32, {1}), {.name = "v"})),
        session_(graph_, {.threads = 1, .optimizations = optimizations}) {
    const Output one = ones(graph_, DType::f32, {1});
    Output sum = v_;
    for (int i = 0; i < length; ++i) sum = sum + one;
    step_ = group({assign(v_, sum)});
    session_.run(global_variables_initializer(graph_));
  }

  void run(std::int64_t steps) { session_.run(step_, {.steps = steps}); }
  float value() { return session_.eval(v_).data<float>().at(0); }

 private:
  Graph graph_;
  Output v_;
  Output step_;
  Session session_;
};

/// The same by hand. Every result has a cell of its own, as in a graph; the last is v.
class ChainByHand {
 public:
  ChainByHand() : cells_(length, 0.0F) {
    const float* sum = &cells_.back();
    for (float& cell : cells_) {
      calls_.add(add_elements, sum, &one_, &cell);
      sum = &cell;
    }
  }
  ChainByHand(const ChainByHand&) = delete;
  ChainByHand& operator=(const ChainByHand&) = delete;

  void run(std::int64_t steps) const {
    for (std::int64_t i = 0; i < steps; ++i) calls_.run();
  }
  float value() const { return cells_.back(); }

 private:
  float one_ = 1.0F;
  std::vector<float> cells_;
  CallList calls_;
};

Contest contest(const Setting& setting, Optimizations optimizations) {
  const auto ours = std::make_shared<Chain>(optimizations);
  const auto by_hand = std::make_shared<ChainByHand>();
  ours->run(3);
  by_hand->run(3);
  expect_close(ours->value(), by_hand->value());
  return {timed(setting, runs_of(ours), 1e9 / length),
          timed(setting, runs_of(by_hand), 1e9 / length)};
}

}  // namespace

Contest chain(const Setting& setting) { return contest(setting, Optimizations::none()); }

Contest scalar_chain(const Setting& setting) { return contest(setting, {}); }

}  // namespace deft::benchmark
