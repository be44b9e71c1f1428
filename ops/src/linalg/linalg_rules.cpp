#include "linalg_rules.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace deft {

void require_matrix(const InferContext& context, std::size_t index, const char* name) {
  const Shape& shape = context.inputs[index].shape;
  if (shape.rank() != 2)
    context.fail(ErrorCode::shape_mismatch,
                 std::string(name) + " has the shape " + shape.to_string() + " of rank " +
                     std::to_string(shape.rank()) + ", but must be one matrix of rank 2",
                 shape.rank() < 2 ? "give it a second dimension with expand_dims"
                                  : "make a node per matrix: batches are not taken");
}

double cutoff_of(Cutoff rule, const TensorSpec& matrix) {
  if (rule == Cutoff::fixed) return 1e-15;
  const double eps = matrix.dtype == DType::f32
                         ? static_cast<double>(std::numeric_limits<float>::epsilon())
                         : std::numeric_limits<double>::epsilon();
  return eps * static_cast<double>(std::max(matrix.shape[0], matrix.shape[1]));
}

}  // namespace deft
