/// A polynomial of degree 8, fitted from one column: the graph makes the powers in every step.

#include <deft/deft.hpp>

#include "agreement.hpp"
#include "cases.hpp"
#include "data.hpp"
#include "descent.hpp"
#include "harness.hpp"
#include "native/poly.hpp"

namespace deft::benchmark {
namespace {

constexpr double rate = 0.1;

struct Data {
  explicit Data(std::int64_t rows)
      : x(random_tensor({rows, 1}, 1)), d(random_tensor({rows, 1}, 2)) {
    for (float& value : x.mutable_data<float>()) value *= 2;
  }

  Tensor x;  // on [-1, 1)
  Tensor d;
};

/// x is a variable, so that its powers are not known before the run.
class PolyFit {
 public:
  explicit PolyFit(const Data& data) {
    std::vector<float> exponents;
    for (std::size_t j = 1; j <= poly_degree; ++j) exponents.push_back(static_cast<float>(j));
    const Output X = pow(variable(graph_, data.x, {.name = "x"}),
                         constant(graph_, Tensor::from<float>({poly_degree}, exponents)));
    descent_ = gradient_descent(X, constant(graph_, data.d, {.name = "d"}), rate);
    session_.run(global_variables_initializer(graph_));
  }

  void run(std::int64_t steps) { session_.run(descent_.train, {.steps = steps}); }
  Tensor weights() { return session_.eval(descent_.w); }

 private:
  Graph graph_;
  Descent descent_;
  Session session_{graph_, {.threads = 1}};
};

class PolyFitByHand {
 public:
  explicit PolyFitByHand(const Data& data) : data_(data) {}

  void run(std::int64_t steps) {
    const auto x = data_.x.data<float>();
    const double factor = 2 * rate / static_cast<double>(x.size());
    train_poly_plainly(x.data(), data_.d.data<float>().data(), x.size(), static_cast<float>(factor),
                       steps, w_.mutable_data<float>().data());
  }
  const Tensor& weights() const { return w_; }

 private:
  Data data_;
  Tensor w_ = Tensor::zeros(DType::f32, {poly_degree, 1});
};

}  // namespace

Contest poly_fit(const Setting& setting) {
  const Data data(setting.size(100'000, 100));
  const auto ours = std::make_shared<PolyFit>(data);
  const auto by_hand = std::make_shared<PolyFitByHand>(data);
  ours->run(3);
  by_hand->run(3);
  expect_close(ours->weights(), by_hand->weights(), 1e-4);
  return {timed(
              setting, [=](std::int64_t n) { ours->run(n); }, 1e3),
          timed(
              setting, [=](std::int64_t n) { by_hand->run(n); }, 1e3)};
}

}  // namespace deft::benchmark
