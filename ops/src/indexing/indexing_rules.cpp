#include "indexing_rules.hpp"

#include <string>

namespace deft {

void require_indices(const InferContext& context, std::size_t input) {
  const DType dtype = context.inputs[input].dtype;
  if (dtype != DType::i32 && dtype != DType::i64)
    context.fail(ErrorCode::dtype_mismatch,
                 "the indices are " + std::string(to_string(dtype)) + ", but must be i32 or i64",
                 "cast them to i64");
}

std::vector<TensorSpec> infer_updated(const InferContext& context, const Shape& taken) {
  const TensorSpec& x = context.inputs[0];
  const TensorSpec& updates = context.inputs[2];
  if (updates.dtype != x.dtype)
    context.fail(ErrorCode::dtype_mismatch,
                 "x is " + std::string(to_string(x.dtype)) + ", but the updates are " +
                     std::string(to_string(updates.dtype)),
                 "cast one of them");
  if (!updates.shape.is_compatible_with(taken))
    context.fail(ErrorCode::shape_mismatch,
                 "the updates have the shape " + updates.shape.to_string() +
                     ", but what the indices name has " + taken.to_string(),
                 "give one update for each element that is named");
  return {x};
}

std::vector<TensorSpec> infer_added(const InferContext& context, const Shape& taken) {
  const DType dtype = context.inputs[0].dtype;
  if (!is_numeric(dtype))
    context.fail(ErrorCode::dtype_mismatch,
                 "x is " + std::string(to_string(dtype)) + ", of which there are no sums",
                 "cast it to a numeric dtype");
  return infer_updated(context, taken);
}

}  // namespace deft
