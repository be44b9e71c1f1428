/// A step of training of a small network, 784-128-10 on batches of 128: what deft adds to its five
/// matrix products, and what a second thread takes off.

#include <memory>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "references/layers.hpp"
#include "references/onednn.hpp"

namespace deft::benchmark {
namespace {

constexpr float rate = 0.1F;
constexpr std::int32_t classes = 10;

struct Data {
  explicit Data(const Setting& setting)
      : x(random_tensor({batch, inputs(setting)}, 1)),
        labels(random_labels(batch, classes, 2)),
        w1(random_tensor({inputs(setting), 128}, 3, 0.1F)),
        b1(random_tensor({128}, 4)),
        w2(random_tensor({128, classes}, 5)),
        b2(random_tensor({classes}, 6)) {}

  static std::int64_t inputs(const Setting& setting) { return setting.size(784, 20); }

  static constexpr std::int64_t batch = 128;
  Tensor x, labels, w1, b1, w2, b2;
};

class Mlp {
 public:
  Mlp(const Data& data, int threads)
      : w1_(variable(graph_, data.w1)), session_(graph_, {.threads = threads}) {
    const Output x = variable(graph_, data.x, {.trainable = false});
    const Output labels = variable(graph_, data.labels);
    const Output hidden = relu(matmul(x, w1_) + variable(graph_, data.b1));
    const Output logits = matmul(hidden, variable(graph_, data.w2)) + variable(graph_, data.b2);
    step_ = minimize(softmax_cross_entropy(logits, labels), Sgd{.rate = rate}).step;
    session_.run(global_variables_initializer(graph_));
  }

  void run(std::int64_t steps) { session_.run(step_, {.steps = steps}); }
  Tensor weights() const { return session_.value(w1_); }

 private:
  Graph graph_;
  Output w1_;
  Session session_;
  Output step_;
};

/// The products of a step by oneDNN.
class MlpByHand {
 public:
  explicit MlpByHand(const Data& data) : data_(data) {}

  /// Nothing between them: they compute anew what they did before.
  void run_products(std::int64_t n) const {
    set_onednn_threads(1);
    for (; n > 0; --n)
      for (const OnednnProduct* product :
           {&hidden_, &logits_, &w2_gradient_, &hidden_gradient_, &w1_gradient_})
        product->run();
  }

  /// The weights of the first layer after a step, with what else belongs to one.
  Tensor weights_after_step() {
    hidden_.run();
    add_bias(h_, data_.b1);
    make_relu(h_);
    logits_.run();
    add_bias(d_, data_.b2);
    make_loss_gradient(d_, data_.labels);
    w2_gradient_.run();
    hidden_gradient_.run();
    mask_by_relu(dh_, h_);
    w1_gradient_.run();
    Tensor w1 = data_.w1;
    descend(w1, dw1_, rate);
    return w1;
  }

 private:
  using Result = OnednnProduct::Result;

  static Tensor like(const Tensor& tensor) { return Tensor::zeros(DType::f32, tensor.shape()); }

  Data data_;  // stays as it is, since the products know where
  Tensor h_ = Tensor::zeros(DType::f32, {Data::batch, data_.b1.shape()[0]});
  Tensor d_ = Tensor::zeros(DType::f32, {Data::batch, classes});
  Tensor dh_ = like(h_);
  Tensor dw1_ = like(data_.w1);
  Tensor dw2_ = like(data_.w2);
  OnednnProduct hidden_{data_.x, data_.w1, h_, Result::replaced, 1};
  OnednnProduct logits_{h_, data_.w2, d_, Result::replaced, 1};
  OnednnProduct w2_gradient_{{h_, true}, d_, dw2_, Result::replaced, 1};
  OnednnProduct hidden_gradient_{d_, {data_.w2, true}, dh_, Result::replaced, 1};
  OnednnProduct w1_gradient_{{data_.x, true}, dh_, dw1_, Result::replaced, 1};
};

}  // namespace

Contest mlp_128(const Setting& setting) {
  const Data data(setting);
  const auto ours = std::make_shared<Mlp>(data, 1);
  const auto by_hand = std::make_shared<MlpByHand>(data);
  ours->run(1);
  expect_close(ours->weights(), by_hand->weights_after_step(), 1e-5);
  return {timed(
              setting, [=](std::int64_t n) { ours->run(n); }, 1e6),
          timed(
              setting, [=](std::int64_t n) { by_hand->run_products(n); }, 1e6)};
}

Contest mlp_128_threads(const Setting& setting) {
  const Data data(setting);
  const auto several = std::make_shared<Mlp>(data, setting.threads);
  const auto one = std::make_shared<Mlp>(data, 1);
  several->run(3);
  one->run(3);
  expect_same_bytes(several->weights(), one->weights());
  return {timed(
              setting, [=](std::int64_t n) { several->run(n); }, 1e6),
          timed(
              setting, [=](std::int64_t n) { one->run(n); }, 1e6)};
}

}  // namespace deft::benchmark
