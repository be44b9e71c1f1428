/// A step of training of a tiny network, 4-16-3 on batches of 32 with Adam: what a step costs
/// beside its arithmetic.

#include <algorithm>
#include <memory>
#include <span>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "native/mlp.hpp"
#include "two_layers.hpp"

namespace deft::benchmark {
namespace {

constexpr int rows = 32;
constexpr AdamRates rates;

class ByHand {
 public:
  explicit ByHand(const TwoLayers& data) : x_(data.x), labels_(data.labels) {
    copy(data.w1, &state_.w.w1[0][0]);
    copy(data.b1, state_.w.b1);
    copy(data.w2, &state_.w.w2[0][0]);
    copy(data.b2, state_.w.b2);
  }

  void run(std::int64_t steps) {
    for (; steps > 0; --steps)
      train_small_mlp(x_.data<float>().data(), labels_.data<std::int32_t>().data(), rows,
                      corrected(rates, ++count_), state_);
  }
  Tensor weights() const {
    return Tensor::from({SmallMlp::inputs, SmallMlp::units},
                        std::span<const float>(&state_.w.w1[0][0], sizeof state_.w.w1 / 4));
  }

 private:
  static void copy(const Tensor& from, float* to) {
    const auto values = from.data<float>();
    std::copy(values.begin(), values.end(), to);
  }

  Tensor x_, labels_;
  SmallMlpState state_{};
  std::int64_t count_ = 0;
};

}  // namespace

Contest mlp_small(const Setting& setting) {
  const TwoLayers data(rows, SmallMlp::inputs, SmallMlp::units, SmallMlp::classes, 1.0F);
  const auto ours = std::make_shared<TwoLayersTraining>(data, Adam{}, 1);
  const auto by_hand = std::make_shared<ByHand>(data);
  ours->run(3);
  by_hand->run(3);
  expect_close(ours->weights(), by_hand->weights(), 1e-4);
  return {timed(setting, runs_of(ours), 1e6), timed(setting, runs_of(by_hand), 1e6)};
}

}  // namespace deft::benchmark
