/// The cross-entropy of a thousand classes with integer labels, and its gradient, against one plain
/// loop.

#include <array>
#include <memory>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "native/networks.hpp"

namespace deft::benchmark {
namespace {

class Ours {
 public:
  Ours(const Tensor& logits, const Tensor& labels)
      : loss_(variable(zeros(graph_, DType::f32, {}))),
        gradient_(variable(zeros(graph_, DType::f32, logits.shape()))),
        session_(graph_, {.threads = 1}) {
    const Output x = variable(graph_, logits);
    const Output loss = softmax_cross_entropy(x, variable(graph_, labels));
    step_ = group({assign(loss_, loss), assign(gradient_, gradients(loss, {x}).at(0))});
    session_.run(global_variables_initializer(graph_));
  }

  void run(std::int64_t steps) { session_.run(step_, {.steps = steps}); }
  float loss() const { return session_.value(loss_).item<float>(); }
  Tensor gradient() const { return session_.value(gradient_); }

 private:
  Graph graph_;
  Output loss_;
  Output gradient_;
  Session session_;
  Output step_;
};

/// Gradients go to two places in turn, as those of deft's steps do.
class ByHand {
 public:
  ByHand(const Tensor& logits, const Tensor& labels) : logits_(logits), labels_(labels) {
    for (Tensor& gradient : gradients_) gradient = Tensor::zeros(DType::f32, logits.shape());
  }

  float run(std::int64_t steps) {
    float loss = 0;
    for (; steps > 0; --steps)
      loss = softmax_loss_by_hand(
          logits_.data<float>().data(), labels_.data<std::int32_t>().data(),
          gradients_[static_cast<std::size_t>(steps % 2)].mutable_data<float>().data(),
          static_cast<std::size_t>(logits_.shape()[0]),
          static_cast<std::size_t>(logits_.shape()[1]));
    return loss;
  }
  const Tensor& gradient() const { return gradients_[1]; }  // of the last step

 private:
  Tensor logits_, labels_;
  std::array<Tensor, 2> gradients_;
};

}  // namespace

Contest softmax_loss(const Setting& setting) {
  const std::int64_t rows = setting.size(4096, 20);
  const Tensor logits = random_tensor({rows, 1000}, 1, 8);
  const Tensor labels = random_labels(rows, 1000, 2);
  const auto ours = std::make_shared<Ours>(logits, labels);
  const auto by_hand = std::make_shared<ByHand>(logits, labels);
  ours->run(1);
  expect_close(double{ours->loss()}, double{by_hand->run(1)}, 1e-5);
  expect_close(ours->gradient(), by_hand->gradient(), 1e-5);
  return {timed(setting, runs_of(ours), 1e6), timed(setting, runs_of(by_hand), 1e6)};
}

}  // namespace deft::benchmark
