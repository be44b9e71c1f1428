/// One expression over a vector, with functions that are all arithmetic: y = tanh(a x + b) c -
/// d / (1 + exp(-x)).

#include <memory>
#include <string_view>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "references/elementwise_by_hand.hpp"

namespace deft::benchmark {
namespace {

constexpr Coefficients coefficients{.a = 1.5F, .b = -0.25F, .c = 2.0F, .d = 0.75F};

/// Everything is a variable: nothing is known before the run, and the result needs no new memory.
class Elementwise {
 public:
  explicit Elementwise(const Tensor& values)
      : y_(variable(zeros(graph_, DType::f32, values.shape()), {.name = "y"})) {
    const Output x = variable(graph_, values, {.name = "x"});
    const Output a = scalar(coefficients.a, "a");
    const Output b = scalar(coefficients.b, "b");
    const Output c = scalar(coefficients.c, "c");
    const Output d = scalar(coefficients.d, "d");
    step_ = group({assign(y_, tanh(a * x + b) * c - d / (1 + exp(-x)))});
    session_.run(global_variables_initializer(graph_));
  }

  void run(std::int64_t steps) { session_.run(step_, {.steps = steps}); }
  Tensor result() { return session_.eval(y_); }

 private:
  Output scalar(float value, std::string_view name) {
    return variable(graph_, Tensor::scalar(value), {.name = name});
  }

  Graph graph_;
  Output y_;
  Output step_;
  Session session_{graph_, {.threads = 1}};
};

class ElementwiseByHand {
 public:
  explicit ElementwiseByHand(const Tensor& values)
      : x_(values), y_(Tensor::zeros(DType::f32, values.shape())) {}

  void run(std::int64_t steps) {
    const auto x = x_.data<float>();
    const auto y = y_.mutable_data<float>();
    for (std::int64_t i = 0; i < steps; ++i)
      elementwise_by_hand(x.data(), y.data(), x.size(), coefficients);
  }
  const Tensor& result() const { return y_; }

 private:
  Tensor x_;
  Tensor y_;
};

Contest contest(const Setting& setting, std::int64_t elements) {
  const Tensor x = random_tensor({setting.size(elements, 100)}, 1);
  const auto ours = std::make_shared<Elementwise>(x);
  const auto by_hand = std::make_shared<ElementwiseByHand>(x);
  ours->run(1);
  by_hand->run(1);
  expect_close(ours->result(), by_hand->result(), 1e-5);
  return {timed(setting, runs_of(ours), 1e6), timed(setting, runs_of(by_hand), 1e6)};
}

}  // namespace

Contest elementwise_1e6(const Setting& setting) { return contest(setting, 1'000'000); }

Contest elementwise_1e4(const Setting& setting) { return contest(setting, 10'000); }

}  // namespace deft::benchmark
