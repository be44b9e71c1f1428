#pragma once

#include <cstdint>
#include <vector>

#include <deft/core/shape.hpp>
#include <deft/ops/movement.hpp>

#include "node_context.hpp"

namespace deft::onnx {

/// How the windows of a Conv or a pool lie, one entry for each spatial dimension.
struct Windows {
  std::vector<std::int64_t> window;
  std::vector<std::int64_t> strides;
  std::vector<std::int64_t> dilations;
  Paddings padding;  // as pads or auto_pad have it
  Paddings beyond;   // what a last window behind the padding needs besides, with ceil_mode

  bool goes_beyond() const;

  /// Padding and what lies beyond it.
  Paddings whole_padding() const;
};

/// The windows of `window` elements that the attributes say, over the spatial dimensions of `x`
/// [n, channels, spatial...].
Windows windows_of(const NodeContext& node, const Shape& x, std::vector<std::int64_t> window);

/// One number for each spatial dimension, as an attribute has it; by default `fallback`.
std::vector<std::int64_t> per_dimension(const NodeContext& node, std::string_view name,
                                        std::size_t dimensions, std::int64_t fallback);

/// The attribute pads [begin..., end...]; by default 0.
Paddings explicit_pads(const NodeContext& node, std::size_t dimensions);

/// The spatial dimensions of x [n, channels, spatial...]. Throws Unsupported unless there are 1 to
/// 3.
std::vector<std::int64_t> spatial_dims(const NodeContext& node, const Shape& x);

}  // namespace deft::onnx
