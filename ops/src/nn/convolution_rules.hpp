#pragma once

#include <cstddef>
#include <vector>

#include <deft/core/op_def.hpp>

#include "window_rules.hpp"

namespace deft {

// Shape rules of convolutions. "x", "w" and "y" are those of y = conv(x, w), whichever of them is
// computed.

/// Where the dimensions of w stand.
struct FilterLayout {
  bool channels_first;
  std::size_t rank;

  std::size_t in() const { return channels_first ? 1 : rank - 2; }
  std::size_t out() const { return channels_first ? 0 : rank - 1; }
  std::size_t spatial(std::size_t i) const { return i + (channels_first ? 2 : 0); }
};

inline FilterLayout filter_layout(const SpatialLayout& layout) {
  return {layout.channels_first, layout.rank};
}

/// x, w -> y
std::vector<TensorSpec> infer_conv(const InferContext& context);

/// y, w, and perhaps a tensor of the shape of x -> x
std::vector<TensorSpec> infer_conv_transpose(const InferContext& context);

/// x, y, and a tensor of the shape of w -> w
std::vector<TensorSpec> infer_conv_filter_gradient(const InferContext& context);

}  // namespace deft
