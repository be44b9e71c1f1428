#include <deft/data/epochs.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/ops/random.hpp>

namespace deft {
namespace {

[[noreturn]] void refuse(std::string message, std::string cure, SourceLocation where) {
  throw ValueError({.message = std::move(message), .cure = std::move(cure), .where = where});
}

/// The options, which fit `rows`.
const EpochsOptions& checked(std::int64_t rows, const EpochsOptions& options) {
  const std::string count = std::to_string(rows);
  if (rows < 1) refuse("the data have " + count + " rows", "give one at least", options.where);
  if (options.hold_out < 0 || options.hold_out >= rows)
    refuse(std::to_string(options.hold_out) + " rows are held out of " + count,
           "hold out at least 0, and leave a row to train on", options.where);
  if (options.batch < 1 || options.batch > rows - options.hold_out)
    refuse("a batch has " + std::to_string(options.batch) + " rows, and the data " + count +
               ", of which " + std::to_string(options.hold_out) + " are held out",
           "give a batch from 1 to as many rows as are trained on", options.where);
  const auto& [index, parts] = options.part;
  if (parts < 1 || index < 0 || index >= parts)
    refuse("part " + std::to_string(index) + " of " + std::to_string(parts) +
               " parts of a batch does not exist",
           "count parts from 0", options.where);
  if (options.batch % parts != 0)
    refuse("a batch of " + std::to_string(options.batch) + " rows has no " + std::to_string(parts) +
               " equal parts",
           "give a batch that is a multiple of the number of parts", options.where);
  return options;
}

std::int64_t rows_of_all(const std::vector<Tensor>& data, SourceLocation where) {
  if (data.empty()) refuse("there are no tensors", "give one at least", where);
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::string tensor = "tensor " + std::to_string(i) + " has the shape ";
    const Shape& shape = data[i].shape();
    if (shape.rank() == 0)
      refuse(tensor + "[], and no rows", "give tensors of rank 1 at least", where);
    if (shape.dims()[0] != data[0].shape().dims()[0])
      refuse(tensor + shape.to_string() + ", but tensor 0 has " + data[0].shape().to_string(),
             "give tensors of as many rows each", where);
  }
  return data[0].shape().dims()[0];
}

std::vector<std::int64_t> some_of(std::int64_t rows, const EpochsOptions& options) {
  std::vector<std::int64_t> positions(static_cast<std::size_t>(options.hold_out));
  std::iota(positions.begin(), positions.end(), std::int64_t{0});
  const std::string stream = std::string(options.stream) + "/held_out";
  std::vector<std::int64_t> some = random_order(
      {.seed = options.seed, .stream = stream, .where = options.where}, positions, rows);
  std::ranges::sort(some);
  return some;
}

}  // namespace

Epochs::Epochs(std::int64_t rows, const EpochsOptions& options)
    : rows_(rows),
      batch_(checked(rows, options).batch),
      part_(options.part),
      trained_(rows - options.hold_out),
      batches_(trained_ / batch_),
      shuffle_(options.shuffle),
      seed_(options.seed),
      stream_(options.stream),
      held_out_(some_of(rows, options)),
      trained_before_(held_out_) {
  if (options.remainder == Remainder::fill && trained_ % batch_ != 0) ++batches_;
  for (std::size_t i = 0; i < trained_before_.size(); ++i)
    trained_before_[i] -= static_cast<std::int64_t>(i);
}

Epochs::Epochs(const std::vector<Tensor>& data, const EpochsOptions& options)
    : Epochs(rows_of_all(data, options.where), options) {}

EpochPosition Epochs::position(std::int64_t step, SourceLocation where) const {
  if (step < 0) refuse("the step is " + std::to_string(step), "count steps from 0", where);
  const std::int64_t batch = step % batches_;
  return {.epoch = step / batches_, .batch = batch, .left = batches_ - batch};
}

EpochPosition Epochs::position(const Tensor& step, SourceLocation where) const {
  return position(step.item<std::int64_t>(where), where);
}

std::vector<std::int64_t> Epochs::rows_of(std::int64_t step, SourceLocation where) const {
  const EpochPosition at = position(step, where);
  const std::int64_t first = at.batch * batch_;
  const std::int64_t begin = part_.index * part_rows();
  std::vector<std::int64_t> rows;
  rows.reserve(static_cast<std::size_t>(part_rows()));
  for (std::int64_t i = begin; i < begin + part_rows(); ++i)
    rows.push_back(i < trained_ - first ? first + i : i - (trained_ - first));
  if (shuffle_)
    rows = random_order({.seed = seed_, .stream = stream_, .step = at.epoch, .where = where}, rows,
                        trained_);
  for (std::int64_t& row : rows) row = trained_row(row);
  return rows;
}

Tensor Epochs::weights_of(std::int64_t step, SourceLocation where) const {
  const std::int64_t begin = position(step, where).batch * batch_ + part_.index * part_rows();
  const std::int64_t own = std::clamp<std::int64_t>(trained_ - begin, 0, part_rows());
  Tensor weights = Tensor::zeros(DType::f32, {part_rows()}, where);
  std::ranges::fill(weights.mutable_data<float>().first(static_cast<std::size_t>(own)), 1.0F);
  return weights;
}

std::vector<std::int64_t> Epochs::trained_rows() const {
  std::vector<std::int64_t> rows;
  rows.reserve(static_cast<std::size_t>(trained_));
  for (std::int64_t rank = 0; rank < trained_; ++rank) rows.push_back(trained_row(rank));
  return rows;
}

/// Number `rank` of the rows that are not held out: as many of the others stand before it as have
/// no more than `rank` such rows before them.
std::int64_t Epochs::trained_row(std::int64_t rank) const {
  return rank + (std::ranges::upper_bound(trained_before_, rank) - trained_before_.begin());
}

}  // namespace deft
