/// A step of training of a small network, 784-128-10 on batches of 128: what deft adds to its five
/// matrix products, and what a second thread takes off.

#include <memory>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "references/layers.hpp"
#include "references/onednn.hpp"
#include "two_layers.hpp"

namespace deft::benchmark {
namespace {

constexpr float rate = 0.1F;
constexpr std::int32_t classes = 10;

TwoLayers data_of(const Setting& setting) {
  return {128, setting.size(784, 20), 128, classes, 0.1F};
}

/// The products of a step by oneDNN.
class MlpByHand {
 public:
  explicit MlpByHand(const TwoLayers& data) : data_(data) {}

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

  TwoLayers data_;  // stays as it is, since the products know where
  Tensor h_ = Tensor::zeros(DType::f32, {data_.x.shape()[0], data_.b1.shape()[0]});
  Tensor d_ = Tensor::zeros(DType::f32, {data_.x.shape()[0], classes});
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
  const TwoLayers data = data_of(setting);
  const auto ours = std::make_shared<TwoLayersTraining>(data, Sgd{.rate = rate}, 1);
  const auto by_hand = std::make_shared<MlpByHand>(data);
  ours->run(1);
  expect_close(ours->weights(), by_hand->weights_after_step(), 1e-5);
  return {timed(setting, runs_of(ours), 1e6),
          timed(
              setting, [=](std::int64_t n) { by_hand->run_products(n); }, 1e6)};
}

Contest mlp_128_threads(const Setting& setting) {
  const TwoLayers data = data_of(setting);
  const auto several =
      std::make_shared<TwoLayersTraining>(data, Sgd{.rate = rate}, setting.threads);
  const auto one = std::make_shared<TwoLayersTraining>(data, Sgd{.rate = rate}, 1);
  several->run(3);
  one->run(3);
  expect_same_bytes(several->weights(), one->weights());
  return {timed(setting, runs_of(several), 1e6), timed(setting, runs_of(one), 1e6)};
}

}  // namespace deft::benchmark
