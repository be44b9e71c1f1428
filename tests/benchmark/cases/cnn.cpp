/// A step of training of a convolutional network on 128 pictures [28, 28, 1]: two layers of
/// convolution 3 x 3, relu and max pool 2 x 2, with 32 and 64 channels, and a dense one. What deft
/// adds to the primitives of the library that computes them.

#include <array>
#include <memory>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "references/layers.hpp"
#include "references/onednn.hpp"
#include "references/onednn_images.hpp"

namespace deft::benchmark {
namespace {

constexpr float rate = 0.1F;
constexpr std::int32_t classes = 10;

struct Data {
  explicit Data(const Setting& setting)
      : batch(setting.size(128, 3)),
        size(setting.size(28, 8)),
        x(random_tensor({batch, size, size, 1}, 1)),
        labels(random_labels(batch, classes, 2)),
        filter1(random_tensor({3, 3, 1, 32}, 3)),
        bias1(random_tensor({32}, 4, 0.1F)),
        filter2(random_tensor({3, 3, 32, 64}, 5, 0.2F)),
        bias2(random_tensor({64}, 6, 0.1F)),
        w(random_tensor({size / 4 * (size / 4) * 64, classes}, 7, 0.1F)),
        b(random_tensor({classes}, 8)) {}

  std::int64_t batch, size;  // pictures are [size, size, 1]
  Tensor x, labels, filter1, bias1, filter2, bias2, w, b;
};

class Cnn {
 public:
  explicit Cnn(const Data& data)
      : filters_{variable(graph_, data.filter1), variable(graph_, data.filter2)},
        session_(graph_, {.threads = 1}) {
    Output x = variable(graph_, data.x, {.trainable = false});
    x = layer(x, data.size, filters_[0], variable(graph_, data.bias1));
    x = layer(x, data.size / 2, filters_[1], variable(graph_, data.bias2));
    x = reshape(x, {data.batch, -1});
    const Output logits = matmul(x, variable(graph_, data.w)) + variable(graph_, data.b);
    const Output loss = softmax_cross_entropy(logits, variable(graph_, data.labels));
    step_ = minimize(loss, Sgd{.rate = rate}).step;
    session_.run(global_variables_initializer(graph_));
  }

  void run(std::int64_t steps) { session_.run(step_, {.steps = steps}); }
  Tensor filter(std::size_t i) const { return session_.value(filters_[i]); }

 private:
  static Output layer(const Output& x, std::int64_t size, const Output& filter,
                      const Output& bias) {
    const Output y = conv(x, filter, {.padding = same_upper({size, size}, {3, 3})});
    return max_pool(relu(y + bias), {.window = {2, 2}, .strides = {2, 2}});
  }

  Graph graph_;
  Output filters_[2];
  Session session_;
  Output step_;
};

/// The primitives of a step by oneDNN. A relu is where the convolution before it was.
class CnnByHand {
 public:
  explicit CnnByHand(const Data& data) : data_(data) {
    set_onednn_threads(1);
    for (const OnednnConvolution* convolution : {&conv1_, &conv2_, &to_input2_})
      convolution->take_filter();
  }

  /// Nothing between them: they compute anew what they did before.
  void run_primitives(std::int64_t n) const {
    set_onednn_threads(1);
    for (; n > 0; --n) {
      conv1_.run();
      pool1_.run();
      conv2_.run();
      pool2_.run();
      logits_.run();
      to_w_.run();
      to_flat_.run();
      pool2_.run_gradient();
      to_filter2_.run();
      to_input2_.run();
      pool1_.run_gradient();
      to_filter1_.run();
    }
  }

  /// The filters after a step, with what else belongs to one.
  std::array<Tensor, 2> filters_after_step() {
    conv1_.run();
    add_bias(h1_, data_.bias1);
    make_relu(h1_);
    pool1_.run();
    conv2_.run();
    add_bias(h2_, data_.bias2);
    make_relu(h2_);
    pool2_.run();
    logits_.run();
    add_bias(d_, data_.b);
    make_loss_gradient(d_, data_.labels);
    to_flat_.run();
    pool2_.run_gradient();
    mask_by_relu(dh2_, h2_);
    to_filter2_.run();
    to_filter2_.give_filter();
    to_input2_.run();
    pool1_.run_gradient();
    mask_by_relu(dh1_, h1_);
    to_filter1_.run();
    to_filter1_.give_filter();
    std::array filters{data_.filter1, data_.filter2};
    descend(filters[0], dfilter1_, rate);
    descend(filters[1], dfilter2_, rate);
    return filters;
  }

 private:
  using Wanted = OnednnConvolution::Wanted;
  using Result = OnednnProduct::Result;

  static Tensor zeros(const Shape& shape) { return Tensor::zeros(DType::f32, shape); }

  /// The same memory under another shape.
  static Tensor as(const Shape& shape, const Tensor& tensor) {
    return Tensor::borrow(shape, tensor.data<float>(), nullptr);
  }

  Shape pictures(std::int64_t size, std::int64_t channels) const {
    return {data_.batch, size, size, channels};
  }

  Data data_;  // stays as it is, since the primitives know where
  Tensor h1_ = zeros(pictures(data_.size, 32));
  Tensor p1_ = zeros(pictures(data_.size / 2, 32));
  Tensor h2_ = zeros(pictures(data_.size / 2, 64));
  Tensor p2_ = zeros(pictures(data_.size / 4, 64));
  Tensor flat_ = as({data_.batch, data_.w.shape()[0]}, p2_);
  Tensor d_ = zeros({data_.batch, classes});
  Tensor dw_ = zeros(data_.w.shape());
  Tensor dflat_ = zeros(flat_.shape());
  Tensor dp2_ = as(p2_.shape(), dflat_);
  Tensor dh2_ = zeros(h2_.shape());
  Tensor dp1_ = zeros(p1_.shape());
  Tensor dh1_ = zeros(h1_.shape());
  Tensor dfilter1_ = zeros(data_.filter1.shape());
  Tensor dfilter2_ = zeros(data_.filter2.shape());
  OnednnConvolution conv1_{Wanted::y, data_.x, data_.filter1, h1_};
  OnednnMaxPool pool1_{h1_, p1_, dh1_, dp1_};
  OnednnConvolution conv2_{Wanted::y, p1_, data_.filter2, h2_};
  OnednnMaxPool pool2_{h2_, p2_, dh2_, dp2_};
  OnednnProduct logits_{flat_, data_.w, d_, Result::replaced, 1};
  OnednnProduct to_w_{{flat_, true}, d_, dw_, Result::replaced, 1};
  OnednnProduct to_flat_{d_, {data_.w, true}, dflat_, Result::replaced, 1};
  OnednnConvolution to_filter2_{Wanted::filter, p1_, dfilter2_, dh2_};
  OnednnConvolution to_input2_{Wanted::x, dp1_, data_.filter2, dh2_};
  OnednnConvolution to_filter1_{Wanted::filter, data_.x, dfilter1_, dh1_};
};

}  // namespace

Contest cnn_step(const Setting& setting) {
  const Data data(setting);
  const auto ours = std::make_shared<Cnn>(data);
  const auto by_hand = std::make_shared<CnnByHand>(data);
  ours->run(1);
  const std::array filters = by_hand->filters_after_step();
  for (std::size_t i = 0; i < filters.size(); ++i) expect_close(ours->filter(i), filters[i], 1e-4);
  return {timed(setting, runs_of(ours), 1e3),
          timed(
              setting, [=](std::int64_t n) { by_hand->run_primitives(n); }, 1e3)};
}

}  // namespace deft::benchmark
