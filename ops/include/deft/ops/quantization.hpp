#pragma once

#include <cstdint>
#include <string_view>

#include <deft/core/graph.hpp>

namespace deft {

// Numbers as small integers q that stand for (q - zero point) scale. Scale and zero point are of
// the whole tensor, with rank 0; of each position along an axis, with rank 1 and the length of that
// axis or 1; or of blocks along it, with the rank of the tensor.

/// Optional arguments of quantize_linear and dequantize_linear.
struct QuantizationOptions {
  std::int64_t axis = -1;       // of scales and zero points with a rank above 0
  std::int64_t block_size = 0;  // over 0: positions along the axis that share a scale; the last
                                // block of a dimension may be shorter
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// round(x / scale) + zero_point, halves to the even integer, saturated at the limits of the dtype
/// of the zero point: an integer of at most 16 bits, which the result has. x and scale have one
/// floating dtype. NaN becomes 0.
///
/// The result does not vary, so that the gradient is 0. That of the identity has
/// x + stop_gradient(dequantize_linear(quantize_linear(x, ...), ...) - x).
Output quantize_linear(const Output& x, const Output& scale, const Output& zero_point,
                       const QuantizationOptions& options = {});

/// (x - zero_point) scale, of the floating dtype of the scale. x and the zero point have one
/// integer dtype of at most 32 bits; their difference is exact. An empty zero point is 0.
Output dequantize_linear(const Output& x, const Output& scale, const Output& zero_point = {},
                         const QuantizationOptions& options = {});

}  // namespace deft
