#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "export/export_context.hpp"

// What the exports of convolutions, of pools and of their gradients share. ONNX has the channels
// before the spatial dimensions alone: where deft has them behind, nodes transpose around.
namespace deft::onnx {

using Integers = std::vector<std::int64_t>;

std::size_t spatial_rank(const ExportContext& node);

/// The attribute of deft, or so many of `value` where it is left out.
Integers window_list(const ExportContext& node, const char* name, std::size_t count,
                     std::int64_t value);

// One entry for each spatial dimension; of pads all begins before all ends.
Integers strides_of(const ExportContext& node);
Integers dilations_of(const ExportContext& node);
Integers pads_of(const ExportContext& node);

/// By how much the spatial dimensions of x are larger than the windows of y reach. Refused if a
/// dimension is not known.
Integers left_over(const ExportContext& node, const Shape& x, const Shape& y,
                   const Integers& window);

/// The attributes of MaxPool.
NodeWriter::Attributes max_pool_attributes(const ExportContext& node);

ValueName transposed(NodeWriter& writer, const ValueName& x, const Integers& permutation);

/// Input i, of the rank of input 0, with the channels before the spatial dimensions.
ValueName channels_forward(const ExportContext& node, std::size_t i);

/// The result of the node, made by `op` with the channels before the spatial dimensions.
void make_channels_back(const ExportContext& node, const std::string& op,
                        std::vector<ValueName> inputs, NodeWriter::Attributes attributes);

}  // namespace deft::onnx
