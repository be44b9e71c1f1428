/// 1000 additions that do not depend on each other, and the sum of their results: instructions that
/// are far too small to be worth a second thread.

#include <memory>
#include <vector>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "references/call_list.hpp"

namespace deft::benchmark {
namespace {

constexpr int width = 1000;

/// What is added in branch `i`: no two are the same, and each sum of them is exact. All of them
/// together are 0, so that v = 0 stays 0 for any number of steps.
float addend(int i) { return (static_cast<float>(i) - 0.5F * (width - 1)) / 1024.0F; }

/// v = sum_i (v + addend(i)), in a session. A variable, so that nothing is known before the run.
class Fan {
 public:
  explicit Fan(int threads)
      : v_(variable(graph_, Tensor::zeros(DType::f32, {1}), {.name = "v"})),
        value_(placeholder(graph_, DType::f32, {1}, {.name = "value"})),
        session_(graph_, {.threads = threads, .optimizations = Optimizations::none()}) {
    std::vector<Output> sums;
    for (int i = 0; i < width; ++i)
      sums.push_back(v_ + constant(graph_, Tensor::from<float>({1}, {addend(i)})));
    step_ = group({assign(v_, add_n(sums))});
    set_ = assign(v_, value_);
    set(0.0F);
  }

  void run(std::int64_t steps) { session_.run(step_, {.steps = steps}); }
  void set(float value) { session_.run(set_, {{value_, Tensor::from<float>({1}, {value})}}); }
  float value() { return session_.eval(v_).data<float>().at(0); }

 private:
  Graph graph_;
  Output v_;
  Output value_;
  Output step_;
  Output set_;
  Session session_;
};

/// The same by hand. The loop adds in order, as deft does: the sum is the same in every bit.
class FanByHand {
 public:
  FanByHand() : addends_(width), cells_(width) {
    for (int i = 0; i < width; ++i) {
      const auto at = static_cast<std::size_t>(i);
      addends_[at] = addend(i);
      calls_.add(add_elements, &v_, &addends_[at], &cells_[at]);
    }
  }
  FanByHand(const FanByHand&) = delete;
  FanByHand& operator=(const FanByHand&) = delete;

  void run(std::int64_t steps) {
    for (std::int64_t i = 0; i < steps; ++i) {
      calls_.run();
      float sum = 0;
      for (const float cell : cells_) sum += cell;
      v_ = sum;
    }
  }
  void set(float value) { v_ = value; }
  float value() const { return v_; }

 private:
  float v_ = 0;
  std::vector<float> addends_;
  std::vector<float> cells_;
  CallList calls_;
};

template <class Ours, class Theirs>
Contest contest(const Setting& setting, const std::shared_ptr<Ours>& ours,
                const std::shared_ptr<Theirs>& theirs) {
  ours->set(1.0F);
  theirs->set(1.0F);
  ours->run(1);
  theirs->run(1);
  expect_close(ours->value(), width);
  expect_close(theirs->value(), width);
  ours->set(0.0F);
  theirs->set(0.0F);
  return {timed(setting, runs_of(ours), 1e9 / width), timed(setting, runs_of(theirs), 1e9 / width)};
}

}  // namespace

Contest fan(const Setting& setting) {
  return contest(setting, std::make_shared<Fan>(1), std::make_shared<FanByHand>());
}

Contest fan_threads(const Setting& setting) {
  return contest(setting, std::make_shared<Fan>(setting.threads), std::make_shared<Fan>(1));
}

}  // namespace deft::benchmark
