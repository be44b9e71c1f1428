#include "repeats.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

namespace deft::onnx {
namespace {

bool is_whole_shape(const std::vector<PartialInteger>& elements, const Output& of) {
  if (of.is_empty() || elements.size() != of.shape().rank()) return false;
  for (std::size_t axis = 0; axis < elements.size(); ++axis) {
    const PartialInteger& element = elements[axis];
    const bool same = element.value ? *element.value == of.shape()[axis]
                                    : element.tensor == of && element.axis == axis;
    if (!same) return false;
  }
  return true;
}

/// The tensor whose shape these integers are, of which some are not known; or none.
Output tensor_of_shape(const std::vector<PartialInteger>& elements) {
  for (const PartialInteger& element : elements)
    if (!element.value) return is_whole_shape(elements, element.tensor) ? element.tensor : Output();
  return {};
}

/// True everywhere, of the size of a dimension that is known only in a run, with `behind`
/// dimensions of 1 behind it.
Output open_dimension(const PartialInteger& element, std::size_t behind) {
  const Output positions = range_like(element.tensor, static_cast<std::int64_t>(element.axis));
  Output all = equal(positions, positions);
  for (std::size_t i = 0; i < behind; ++i) all = expand_dims(all, -1);
  return all;
}

}  // namespace

Output repeated(const NodeContext& node, const Output& x, std::size_t i, std::string_view what) {
  const std::vector<PartialInteger> target = node.partial_input(i, what);
  if (const Output of = tensor_of_shape(target); !of.is_empty())
    return of == x ? x : broadcast_like(x, of);
  const std::size_t rank = std::max(x.shape().rank(), target.size());
  const std::size_t front = rank - x.shape().rank(), target_front = rank - target.size();
  std::vector<std::int64_t> ones(rank, 1), dims(rank, 1);
  std::vector<Output> open;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    if (axis >= front) dims[axis] = x.shape()[axis - front];
    if (axis < target_front) continue;
    const PartialInteger& element = target[axis - target_front];
    if (element.value) {
      ones[axis] = *element.value;
      if (dims[axis] == 1) dims[axis] = *element.value;
    } else if (element.tensor.is_empty()) {
      node.refuse("element " + std::to_string(axis - target_front) + " of its " +
                  std::string(what) +
                  " is not known; bind what it depends on by OnnxImportOptions: batch, dims or "
                  "shapes");
    } else if (!(element.tensor == x && element.axis + front == axis)) {
      open.push_back(open_dimension(element, rank - 1 - axis));
    }
  }
  const bool adds_nothing = std::ranges::all_of(ones, [](std::int64_t n) { return n == 1; });
  if (open.empty() && adds_nothing && rank == x.shape().rank()) return x;
  const Shape shape(dims);
  if (open.empty() && shape.is_fully_defined()) return broadcast_to(x, shape);
  Output all = fill(node.graph(), DType::boolean, Shape(ones), true);
  for (const Output& dimension : open) all = logical_and(all, dimension);
  return where(all, x, x);
}

}  // namespace deft::onnx
