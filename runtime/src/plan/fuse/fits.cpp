#include "fits.hpp"

#include <algorithm>
#include <array>
#include <variant>
#include <vector>

#include <deft/core/element_function.hpp>

namespace deft {
namespace {

bool broadcasts_to(const Shape& from, const Shape& to) {
  if (from.rank() > to.rank()) return false;
  const auto last = to.dims().last(from.rank());
  return std::ranges::equal(from.dims(), last, [](auto a, auto b) { return a == 1 || a == b; });
}

bool is_map(const MapStep& step, std::span<const TensorSpec> inputs, const TensorSpec& output) {
  return step.function != nullptr && step.function->rows != nullptr && step.function->arity >= 1 &&
         step.function->arity <= Row::max_inputs && step.function->accepts(inputs, output) &&
         std::ranges::all_of(inputs, [&](const TensorSpec& input) {
           return broadcasts_to(input.shape, output.shape);
         });
}

bool is_fold(const FoldStep& step, std::span<const TensorSpec> inputs, const TensorSpec& output) {
  const std::array operands{output, output};
  return inputs.size() >= 2 && is_map(step.f, operands, output) &&
         std::ranges::all_of(inputs, [&](const TensorSpec& input) { return input == output; });
}

bool is_product(const ProductStep& step, std::span<const TensorSpec> inputs,
                const TensorSpec& output) {
  const auto is_matrix = [&](const TensorSpec& spec) {
    return spec.shape.rank() == 2 && spec.dtype == output.dtype;
  };
  if (inputs.size() != 2 || !is_floating(output.dtype) || !is_matrix(output) ||
      !std::ranges::all_of(inputs, is_matrix))
    return false;
  const auto rows = [&](std::size_t i, bool transposed) { return inputs[i].shape[transposed]; };
  return rows(0, step.transpose_a) == output.shape[0] &&
         rows(0, !step.transpose_a) == rows(1, step.transpose_b) &&
         rows(1, !step.transpose_b) == output.shape[1];
}

/// The dimensions of `shape` that are not `left_out`, without those of 1.
std::vector<std::int64_t> long_dims(const Shape& shape, AxisSet left_out) {
  std::vector<std::int64_t> dims;
  for (std::size_t i = 0; i < shape.rank(); ++i)
    if (!left_out[i] && shape.dims()[i] != 1) dims.push_back(shape.dims()[i]);
  return dims;
}

bool is_reduction(const ReductionStep& step, std::span<const TensorSpec> inputs,
                  const TensorSpec& output) {
  return inputs.size() == 1 && inputs[0].dtype == output.dtype && is_numeric(output.dtype) &&
         long_dims(inputs[0].shape, step.axes) == long_dims(output.shape, {});
}

bool is_rename(std::span<const TensorSpec> inputs, const TensorSpec& output) {
  return inputs.size() == 1 && inputs[0].dtype == output.dtype &&
         inputs[0].shape.num_elements() == output.shape.num_elements();
}

}  // namespace

bool fits(const FusedStep& step, std::span<const TensorSpec> inputs, const TensorSpec& output) {
  if (const auto* map = std::get_if<MapStep>(&step)) return is_map(*map, inputs, output);
  if (const auto* product = std::get_if<ProductStep>(&step))
    return is_product(*product, inputs, output);
  if (const auto* fold = std::get_if<FoldStep>(&step)) return is_fold(*fold, inputs, output);
  if (const auto* reduction = std::get_if<ReductionStep>(&step))
    return is_reduction(*reduction, inputs, output);
  return std::holds_alternative<std::monostate>(step) || is_rename(inputs, output);
}

}  // namespace deft
