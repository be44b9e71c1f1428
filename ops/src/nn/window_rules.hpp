#pragma once

#include <cstdint>
#include <vector>

#include <deft/core/op_def.hpp>
#include <deft/ops/convolution.hpp>

#include "kernels/convolutions/windows.hpp"

namespace deft {

/// The dimensions of a tensor under windows, between or before which its channels stand.
struct SpatialLayout {
  bool channels_first;
  std::size_t rank;  // of the tensor, 3 to 5

  std::size_t spatial_rank() const { return rank - 2; }
  std::size_t channels() const { return channels_first ? 1 : rank - 1; }
  std::size_t spatial(std::size_t i) const { return i + (channels_first ? 2 : 1); }

  /// Which of WindowAxes spatial dimension `i` is.
  std::size_t axis(std::size_t i) const { return 3 - spatial_rank() + i; }
};

/// That of input `index`, called `name`, by the attribute "channels_first". Refused unless it has 1
/// to 3 spatial dimensions.
SpatialLayout check_layout(const InferContext& context, std::size_t index, const char* name);

/// The attributes "strides", "dilations" and "padding" (before and after each dimension in turn):
/// lists that are empty, for the default, or have one entry per spatial dimension. Sizes are left
/// as they are.
WindowAxes window_axes(const Attributes& attributes, const SpatialLayout& layout);

/// As window_axes. Refuses lists of another length and numbers that are not positive (padding: that
/// are negative) or not below 2^31.
WindowAxes check_window_axes(const InferContext& context, const SpatialLayout& layout);

/// Refuses the attribute `name`, a list of entries of so many numbers from `least` to 2^31 - 1,
/// unless it is empty or has one entry per spatial dimension.
void check_list(const InferContext& context, const char* name, std::size_t rank, std::int64_t least,
                std::size_t per_entry = 1);

/// The number of windows along spatial dimension `i`, unknown if a size is. Refused if there is
/// none, or if `axis.window` is not from 1 to 2^31 - 1.
std::int64_t count_windows(const InferContext& context, const WindowAxis& axis, std::size_t i);

/// As the attribute "padding" has it.
std::vector<std::int64_t> flattened(const Paddings& padding);

}  // namespace deft
