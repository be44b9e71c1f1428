/// An epoch of shuffled minibatches of 60,000 pictures of bytes, each batch made numbers from 0 to
/// 1: what a training does before its first layer, against one loop that copies and scales the same
/// rows.

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"
#include "native/batch.hpp"

namespace deft::benchmark {
namespace {

constexpr double scale = 1.0 / 255;

class Ours {
 public:
  Ours(const Tensor& pictures, std::int64_t batch)
      : data_(Random(graph_, {.seed = 1}), {pictures}, {.batch = batch}),
        batch_(variable(zeros(graph_, DType::f32, {batch, pictures.shape()[1]}))) {
    step_ = group(
        {assign(batch_, cast(data_.batch(0), DType::f32) * scale), advance_global_step(graph_)});
    session_.run(global_variables_initializer(graph_));
  }

  /// An epoch is one call, as training programs write it.
  void run(std::int64_t epochs) {
    for (; epochs > 0; --epochs) session_.run(step_, {.steps = data_.batches()});
  }

  /// What a single step makes.
  Tensor next() {
    session_.run(step_);
    return session_.value(batch_);
  }
  const Epochs& epochs() const { return data_.epochs(); }

 private:
  Graph graph_;
  Minibatches data_;
  Output batch_;
  Output step_;
  Session session_{graph_, {.threads = 1}};
};

/// The first epoch, whose order it is given. Batches go to two places in turn, as those of deft's
/// steps do.
class ByHand {
 public:
  ByHand(const Tensor& pictures, const Epochs& epochs)
      : pictures_(pictures), columns_(static_cast<std::size_t>(pictures.shape()[1])) {
    rows_.reserve(static_cast<std::size_t>(epochs.batches()));
    for (std::int64_t step = 0; step < epochs.batches(); ++step)
      rows_.push_back(epochs.rows_of(step));
    for (Tensor& batch : batches_)
      batch = Tensor::zeros(DType::f32, {epochs.batch(), pictures.shape()[1]});
  }

  void run(std::int64_t epochs) {
    for (; epochs > 0; --epochs)
      for (std::size_t step = 0; step < rows_.size(); ++step) make(step);
  }

  const Tensor& make(std::size_t step) {
    Tensor& batch = batches_[step % 2];
    gather_scaled(pictures_.data<std::uint8_t>().data(), rows_[step].data(), rows_[step].size(),
                  columns_, static_cast<float>(scale), batch.mutable_data<float>().data());
    return batch;
  }
  std::size_t batches() const { return rows_.size(); }

 private:
  Tensor pictures_;
  std::size_t columns_;
  std::vector<std::vector<std::int64_t>> rows_;  // of each batch
  std::array<Tensor, 2> batches_;
};

}  // namespace

Contest gather_batch(const Setting& setting) {
  const Tensor pictures = random_bytes({setting.size(60'000, 50), setting.size(784, 20)}, 1);
  const auto ours = std::make_shared<Ours>(pictures, setting.size(128, 8));
  const auto by_hand = std::make_shared<ByHand>(pictures, ours->epochs());
  for (std::size_t step = 0; step < by_hand->batches(); ++step)
    expect_same_bytes(ours->next(), by_hand->make(step));
  return {timed(setting, runs_of(ours), 1e3), timed(setting, runs_of(by_hand), 1e3)};
}

}  // namespace deft::benchmark
