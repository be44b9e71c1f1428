/// A polynomial of degree 8, fitted from one column: the graph makes the powers in every step, one
/// from the other, as the plain loop does.

#include <memory>
#include <vector>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
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
    const Output x = variable(graph_, data.x, {.name = "x"});
    Output power = x;
    Output y = matmul(power, add_weight());
    for (std::size_t j = 1; j < poly_degree; ++j) {
      power = power * x;
      y = y + matmul(power, add_weight());
    }
    const Output loss = reduce_mean(square(y - constant(graph_, data.d, {.name = "d"})));
    const std::vector<Output> slopes = gradients(loss, weights_);
    std::vector<Output> updates;
    for (std::size_t j = 0; j < poly_degree; ++j)
      updates.push_back(assign_sub(weights_[j], slopes[j] * rate));
    train_ = group(updates);
    session_.run(global_variables_initializer(graph_));
  }

  void run(std::int64_t steps) { session_.run(train_, {.steps = steps}); }

  Tensor weights() {
    std::vector<float> values;
    for (const Output& w : weights_) values.push_back(session_.eval(w).data<float>()[0]);
    return Tensor::from<float>({poly_degree, 1}, values);
  }

 private:
  Output add_weight() {
    weights_.push_back(variable(graph_, Tensor::zeros(DType::f32, {1, 1})));
    return weights_.back();
  }

  Graph graph_;
  std::vector<Output> weights_;
  Output train_;
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
  return {timed(setting, runs_of(ours), 1e3), timed(setting, runs_of(by_hand), 1e3)};
}

}  // namespace deft::benchmark
