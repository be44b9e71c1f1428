#include <string>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/movement.hpp>

namespace deft {
namespace {

/// Refuses what is no batch of x and indices [batch..., i..., k].
void check_batch(const Composite& made, const Output& x, const Output& indices,
                 std::int64_t batch_dims, SourceLocation where) {
  const auto of_x = static_cast<std::int64_t>(x.shape(where).rank());
  const auto of_indices = static_cast<std::int64_t>(indices.shape(where).rank());
  if (batch_dims < 0 || batch_dims > of_x || batch_dims >= of_indices)
    made.refuse(ErrorCode::invalid_argument,
                "batch_dims is " + std::to_string(batch_dims) + ", but x has the rank " +
                    std::to_string(of_x) + " and the indices " + std::to_string(of_indices),
                "a batch is in front of the dimensions that tuples address, and in front of the "
                "tuples");
}

}  // namespace

/// Tuples are made longer by the position in the batch: so a run finds those beyond that of x.
Output gather_nd(const Output& x, const Output& indices, std::int64_t batch_dims,
                 const NodeOptions& options) {
  const Composite made(x, "gather_nd", options);
  check_batch(made, x, indices, batch_dims, options.where);
  if (batch_dims == 0) return gather_nd(x, indices, made.result());
  const Output tuples = made.inside([&] {
    // [batch..., i..., 1], of which only the shape counts; tuples may be empty.
    Paddings in_front(indices.shape().rank(), {0, 0});
    in_front.back().first = 1;
    const Output one = slice(pad(indices, in_front), -1, {0, 1});
    std::vector<Output> parts;
    for (std::int64_t axis = 0; axis < batch_dims; ++axis) {
      std::vector<std::int64_t> dims(indices.shape().rank(), 1);
      dims[static_cast<std::size_t>(axis)] = Shape::unknown;
      const Output position = cast(range_like(indices, axis), indices.dtype());
      parts.push_back(broadcast_like(reshape(position, Shape(dims)), one));
    }
    parts.push_back(indices);
    return concat(parts, -1);
  });
  return gather_nd(x, tuples, made.result());
}

}  // namespace deft
