/// A step of training of a tiny network, 4-16-3 on batches of 32 with Adam: what a step costs
/// beside its arithmetic.

#include <algorithm>
#include <memory>
#include <span>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "native/mlp.hpp"

namespace deft::benchmark {
namespace {

constexpr int rows = 32;
constexpr AdamRates rates{.rate = 0.001F, .beta1 = 0.9F, .beta2 = 0.999F, .epsilon = 1e-8F};

struct Data {
  Tensor x = random_tensor({rows, SmallMlp::inputs}, 1);
  Tensor labels = random_labels(rows, SmallMlp::classes, 2);
  Tensor w1 = random_tensor({SmallMlp::inputs, SmallMlp::units}, 3);
  Tensor b1 = random_tensor({SmallMlp::units}, 4);
  Tensor w2 = random_tensor({SmallMlp::units, SmallMlp::classes}, 5);
  Tensor b2 = random_tensor({SmallMlp::classes}, 6);
};

class Ours {
 public:
  explicit Ours(const Data& data)
      : w1_(variable(graph_, data.w1)), session_(graph_, {.threads = 1}) {
    const Output x = variable(graph_, data.x, {.trainable = false});
    const Output hidden = relu(matmul(x, w1_) + variable(graph_, data.b1));
    const Output logits = matmul(hidden, variable(graph_, data.w2)) + variable(graph_, data.b2);
    const Output loss = softmax_cross_entropy(logits, variable(graph_, data.labels));
    step_ = minimize(loss, Adam{}).step;
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

class ByHand {
 public:
  explicit ByHand(const Data& data) : x_(data.x), labels_(data.labels) {
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
  const Data data;
  const auto ours = std::make_shared<Ours>(data);
  const auto by_hand = std::make_shared<ByHand>(data);
  ours->run(3);
  by_hand->run(3);
  expect_close(ours->weights(), by_hand->weights(), 1e-4);
  return {timed(
              setting, [=](std::int64_t n) { ours->run(n); }, 1e6),
          timed(
              setting, [=](std::int64_t n) { by_hand->run(n); }, 1e6)};
}

}  // namespace deft::benchmark
