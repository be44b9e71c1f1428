#pragma once

#include <cstdint>
#include <vector>

#include <deft/ops/convolution.hpp>

#include "import/node_context.hpp"

// What the attributes of ops over windows say.
namespace deft::tensorflow {

/// Whether data_format is NCHW, and not NHWC.
bool is_channels_first(const NodeContext& context);
ChannelLayout layout_of(const NodeContext& context);

/// Refuses a shape of rank 1 or more with a dimension that does not fit in 32 bits.
void check_dimensions(const NodeContext& context, const Shape& shape);

/// The entries of an attribute with one for each of 4 dimensions that stand for spatial ones.
std::vector<std::int64_t> spatial(const NodeContext& context, const char* attribute);

/// The spatial dimensions of a tensor of 4.
std::vector<std::int64_t> spatial_sizes(const NodeContext& context, const Shape& shape);

/// The padding of windows over an input of these spatial dimensions.
Paddings padding_of(const NodeContext& context, const std::vector<std::int64_t>& sizes,
                    const std::vector<std::int64_t>& window,
                    const std::vector<std::int64_t>& strides,
                    const std::vector<std::int64_t>& dilations);

}  // namespace deft::tensorflow
