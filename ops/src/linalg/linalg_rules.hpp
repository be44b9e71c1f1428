#pragma once

#include <deft/core/graph.hpp>
#include <deft/core/op_def.hpp>

namespace deft {

/// Input `index`, called `name` in the message, must be one matrix.
void require_matrix(const InferContext& context, std::size_t index, const char* name);

/// Which singular values of a matrix count as zero: those not over a fraction of the largest.
enum class Cutoff {
  fixed,       // 1e-15, as in numpy.linalg.pinv
  dimensions,  // eps(dtype) * max(m, n), as in numpy.linalg.lstsq
};

/// That fraction.
double cutoff_of(Cutoff rule, const TensorSpec& matrix);

/// pinv under another rule: the gradient of lstsq must see the rank that lstsq saw.
Output pinv_with_cutoff(const Output& a, Cutoff rule, const NodeOptions& options = {});

}  // namespace deft
