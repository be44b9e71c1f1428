#include "export/families/window_parts.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace deft::onnx {
namespace {

Integers counting(std::size_t rank) {
  Integers numbers(rank);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

}  // namespace

std::size_t spatial_rank(const ExportContext& node) { return node.rank() - 2; }

Integers window_list(const ExportContext& node, const char* name, std::size_t count,
                     std::int64_t value) {
  const Integers& given = node.integers(name);
  return given.empty() ? Integers(count, value) : given;
}

Integers strides_of(const ExportContext& node) {
  return window_list(node, "strides", spatial_rank(node), 1);
}

Integers dilations_of(const ExportContext& node) {
  return window_list(node, "dilations", spatial_rank(node), 1);
}

Integers pads_of(const ExportContext& node) {
  const Integers pairs = window_list(node, "padding", 2 * spatial_rank(node), 0);
  Integers sorted;
  for (std::size_t side = 0; side < 2; ++side)
    for (std::size_t i = 0; i < spatial_rank(node); ++i) sorted.push_back(pairs[2 * i + side]);
  return sorted;
}

Integers left_over(const ExportContext& node, const Shape& x, const Shape& y,
                   const Integers& window) {
  const std::size_t count = spatial_rank(node), first = node.flag("channels_first") ? 2 : 1;
  const Integers strides = strides_of(node), dilations = dilations_of(node), pads = pads_of(node);
  Integers more;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t size = x[first + i], windows = y[first + i];
    if (size == Shape::unknown || windows == Shape::unknown || window[i] == Shape::unknown)
      node.refuse("its spatial dimensions are not known, and ONNX wants them in numbers");
    more.push_back(size - ((windows - 1) * strides[i] + (window[i] - 1) * dilations[i] + 1 -
                           pads[i] - pads[count + i]));
  }
  return more;
}

NodeWriter::Attributes max_pool_attributes(const ExportContext& node) {
  return {attribute("kernel_shape", node.integers("window")), attribute("pads", pads_of(node)),
          attribute("strides", strides_of(node)), attribute("dilations", dilations_of(node))};
}

ValueName transposed(NodeWriter& writer, const ValueName& x, const Integers& permutation) {
  return writer.add("Transpose", {x}, {attribute("perm", permutation)});
}

/// [n, spatial..., channels] -> [n, channels, spatial...]
ValueName channels_forward(const ExportContext& node, std::size_t i) {
  if (node.flag("channels_first")) return node.input(i);
  Integers permutation = counting(node.rank());
  std::rotate(permutation.begin() + 1, permutation.end() - 1, permutation.end());
  return transposed(node.writer(), node.input(i), permutation);
}

void make_channels_back(const ExportContext& node, const std::string& op,
                        std::vector<ValueName> inputs, NodeWriter::Attributes attributes) {
  if (node.flag("channels_first")) return node.make(op, std::move(inputs), std::move(attributes));
  Integers permutation = counting(node.rank());
  std::rotate(permutation.begin() + 1, permutation.begin() + 2, permutation.end());
  const ValueName y = node.writer().add(op, std::move(inputs), std::move(attributes));
  node.make("Transpose", {y}, {attribute("perm", permutation)});
}

}  // namespace deft::onnx
