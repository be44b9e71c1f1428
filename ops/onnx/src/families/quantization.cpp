#include <array>
#include <cstdint>
#include <optional>

#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/quantization.hpp>
#include <deft/ops/reduce.hpp>

#include "dtypes.hpp"
#include "op_table.hpp"
#include "tensors.hpp"

namespace deft::onnx {
namespace {

/// The dtype that an attribute names; nothing if it is 0 or left out.
std::optional<DType> dtype_attribute(const NodeContext& node, const char* name) {
  const ElementType type{static_cast<std::int32_t>(node.integer(name, 0))};
  if (type == ElementType::undefined) return {};
  const std::optional<DType> dtype = dtype_of(type);
  if (!dtype) node.refuse("its result is of " + name_of(type) + ", for which deft has no dtype");
  return dtype;
}

QuantizationOptions options_of(const NodeContext& node) {
  return {.axis = node.integer("axis", 1), .block_size = node.integer("block_size", 0)};
}

/// Of one element, of rank 1 too, is of the whole tensor.
Output of_tensor(const Output& x) { return x.shape() == Shape{1} ? reshape(x, {}) : x; }

/// Where both numbers and scales are of f16 they are divided in f32.
std::vector<Output> import_quantize(const NodeContext& node) {
  const Output scale = widened(of_tensor(node.input(1)));
  const Output x = as_dtype(node.input(0), scale.dtype());
  const DType dtype = dtype_attribute(node, "output_dtype").value_or(DType::u8);
  const Output zero = node.has_input(2) ? of_tensor(node.input(2))
                                        : constant(node.graph(), Tensor::zeros(dtype, {}));
  return {quantize_linear(x, scale, zero, options_of(node))};
}

std::vector<Output> import_dequantize(const NodeContext& node) {
  const Output scale = of_tensor(node.input(1));
  const Output zero = node.has_input(2) ? of_tensor(node.input(2)) : Output();
  const DType dtype = dtype_attribute(node, "output_dtype").value_or(scale.dtype());
  return {
      as_dtype(dequantize_linear(node.input(0), widened(scale), zero, options_of(node)), dtype)};
}

/// Scale and zero point such that 0 and all elements are numbers of u8.
std::vector<Output> import_dynamic_quantize(const NodeContext& node) {
  const Output x = node.input(0);
  const Output high = maximum(reduce_max(x), 0), low = minimum(reduce_min(x), 0);
  const Output scale = where(equal(high, low), 1, high - low) / 255;
  const Output zero = cast(round(clip(-low / scale, 0, 255)), DType::u8);
  return {quantize_linear(x, scale, zero), scale, zero};
}

constexpr std::array quantization{
    OpImport{"QuantizeLinear", import_quantize, 10},
    OpImport{"DequantizeLinear", import_dequantize, 10},
    OpImport{"DynamicQuantizeLinear", import_dynamic_quantize, 11},
};

}  // namespace

std::span<const OpImport> quantization_ops() { return quantization; }

}  // namespace deft::onnx
