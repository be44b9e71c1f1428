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

bool repeats_each(std::span<const TensorSpec> inputs, const TensorSpec& output) {
  return std::ranges::all_of(
      inputs, [&](const TensorSpec& input) { return broadcasts_to(input.shape, output.shape); });
}

bool is_of(const ElementFunction& function, std::span<const TensorSpec> inputs,
           const TensorSpec& output) {
  return function.rows != nullptr && function.arity >= 1 && function.arity <= Row::max_inputs &&
         function.accepts(inputs, output);
}

bool is_map(const MapForm& form, std::span<const TensorSpec> inputs, const TensorSpec& output) {
  return repeats_each(inputs, output) &&
         (form.function == nullptr || is_of(*form.function, inputs, output));
}

bool is_fold(const FoldForm& form, std::span<const TensorSpec> inputs, const TensorSpec& output) {
  const std::array operands{output, output};
  return inputs.size() >= 2 && form.f.function != nullptr && is_map(form.f, operands, output) &&
         std::ranges::all_of(inputs, [&](const TensorSpec& input) { return input == output; });
}

/// Of input 0, or of none.
bool is_repetition(std::span<const TensorSpec> inputs, const TensorSpec& output) {
  return inputs.empty() || (inputs.size() == 1 && inputs[0].dtype == output.dtype &&
                            broadcasts_to(inputs[0].shape, output.shape));
}

bool is_product(const ProductForm& form, std::span<const TensorSpec> inputs,
                const TensorSpec& output) {
  const auto is_matrix = [&](const TensorSpec& spec) {
    return spec.shape.rank() == 2 && spec.dtype == output.dtype;
  };
  if (inputs.size() != 2 || !is_floating(output.dtype) || !is_matrix(output) ||
      !std::ranges::all_of(inputs, is_matrix))
    return false;
  const auto rows = [&](std::size_t i, bool transposed) { return inputs[i].shape[transposed]; };
  return rows(0, form.transpose_a) == output.shape[0] &&
         rows(0, !form.transpose_a) == rows(1, form.transpose_b) &&
         rows(1, !form.transpose_b) == output.shape[1];
}

/// The dimensions of `shape` that are not `left_out`, without those of 1.
std::vector<std::int64_t> long_dims(const Shape& shape, AxisSet left_out) {
  std::vector<std::int64_t> dims;
  for (std::size_t i = 0; i < shape.rank(); ++i)
    if (!left_out[i] && shape.dims()[i] != 1) dims.push_back(shape.dims()[i]);
  return dims;
}

bool is_reduction(const ReductionForm& form, std::span<const TensorSpec> inputs,
                  const TensorSpec& output) {
  return inputs.size() == 1 && inputs[0].dtype == output.dtype && is_numeric(output.dtype) &&
         long_dims(inputs[0].shape, form.axes) == long_dims(output.shape, {});
}

bool is_rename(std::span<const TensorSpec> inputs, const TensorSpec& output) {
  return inputs.size() == 1 && inputs[0].dtype == output.dtype &&
         inputs[0].shape.num_elements() == output.shape.num_elements();
}

bool fits(const Form& form, std::span<const TensorSpec> inputs, const TensorSpec& output) {
  if (const auto* map = std::get_if<MapForm>(&form)) return is_map(*map, inputs, output);
  if (const auto* product = std::get_if<ProductForm>(&form))
    return is_product(*product, inputs, output);
  if (const auto* fold = std::get_if<FoldForm>(&form)) return is_fold(*fold, inputs, output);
  if (const auto* reduction = std::get_if<ReductionForm>(&form))
    return is_reduction(*reduction, inputs, output);
  if (std::holds_alternative<RepeatForm>(form)) return is_repetition(inputs, output);
  return is_rename(inputs, output);
}

/// True for forms that say what one output is: of others they would say nothing.
bool has_one_output(const Form& form) {
  const auto* map = std::get_if<MapForm>(&form);
  return map != nullptr ? map->function != nullptr : !std::holds_alternative<RepeatForm>(form);
}

}  // namespace

bool fits(const Form& form, std::span<const TensorSpec> inputs,
          std::span<const TensorSpec> outputs) {
  if (std::holds_alternative<std::monostate>(form)) return true;
  return (outputs.size() == 1 || !has_one_output(form)) &&
         std::ranges::all_of(outputs,
                             [&](const TensorSpec& output) { return fits(form, inputs, output); });
}

}  // namespace deft
