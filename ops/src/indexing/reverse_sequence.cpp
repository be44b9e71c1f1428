#include <string>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>

#include "shape_rules.hpp"

namespace deft {
namespace {

/// A dimension of x, counted from the front.
std::int64_t axis_in(const Composite& made, const char* what, std::int64_t axis, std::size_t rank) {
  const auto size = static_cast<std::int64_t>(rank);
  if (axis < -size || axis >= size)
    made.refuse(ErrorCode::invalid_argument,
                std::string(what) + " is " + std::to_string(axis) + ", but x has the rank " +
                    std::to_string(rank),
                "give one of its dimensions");
  return static_cast<std::int64_t>(from_front(axis, rank));
}

/// x, i64, of rank 1, along dimension `axis` of a tensor of this rank.
Output placed(const Output& x, std::int64_t axis, std::size_t rank) {
  std::vector<std::int64_t> dims(rank, 1);
  dims[static_cast<std::size_t>(axis)] = Shape::unknown;
  return reshape(x, Shape(dims));
}

}  // namespace

/// A negative length becomes an index that is out of range, as a length beyond x does.
Output reverse_sequence(const Output& x, const Output& lengths,
                        const ReverseSequenceOptions& options) {
  const Composite made(x, "reverse_sequence", {options.name, options.where});
  const std::size_t rank = x.shape(options.where).rank();
  const std::int64_t batch = axis_in(made, "batch_axis", options.batch_axis, rank);
  const std::int64_t time = axis_in(made, "time_axis", options.time_axis, rank);
  const TensorSpec of_lengths{lengths.dtype(options.where), lengths.shape(options.where)};
  if (batch == time)
    made.refuse(ErrorCode::invalid_argument,
                "batch_axis and time_axis are both " + std::to_string(batch),
                "give two dimensions");
  if (!is_integer(of_lengths.dtype) || of_lengths.shape.rank() != 1)
    made.refuse(ErrorCode::invalid_argument,
                "the lengths are " + std::string(to_string(of_lengths.dtype)) +
                    of_lengths.shape.to_string() + ", but must be i32 or i64 of rank 1",
                "give one length for each sequence");
  const Output from = made.inside([&] {
    const Output each = reshape_like(cast(lengths, DType::i64), range_like(x, batch));
    const Output length = placed(each, batch, rank);
    const Output position = placed(range_like(x, time), time, rank);
    const Output stays = where(greater_equal(length, 0), position, length);
    return where(less(position, length), length - position - 1, stays);
  });
  return take_along_axis(x, from, time, made.result());
}

}  // namespace deft
