#pragma once

#include <vector>

#include <deft/core/op_def.hpp>

namespace deft {

/// Input `input` holds indices: it must be i32 or i64.
void require_indices(const InferContext& context, std::size_t input);

/// The spec of input 0, elements of which input 2 replaces where the indices, input 1, say. Refused
/// unless both are of one dtype, and input 2 has the shape `taken` of what is indexed.
std::vector<TensorSpec> infer_updated(const InferContext& context, const Shape& taken);

/// The spec of input 0, to which input 2 is added where the indices, input 1, say, or
/// with which it is combined by other arithmetic. As infer_updated, of a numeric dtype.
std::vector<TensorSpec> infer_added(const InferContext& context, const Shape& taken);

}  // namespace deft
