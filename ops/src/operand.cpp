#include <deft/ops/operand.hpp>

#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/visit_dtype.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "kernels/environment/standard_arithmetic.hpp"
#include "operands.hpp"

namespace deft {
namespace {

template <class T>
[[noreturn]] void refuse(T value, DType dtype, const char* cure) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  throw Refusal{ErrorCode::invalid_argument,
                "the scalar " + std::string(text.data(), end) + " has no value of dtype " +
                    std::string(to_string(dtype)),
                cure};
}

template <Element T>
T converted(double value) {
  constexpr DType dtype = dtype_of<T>();
  if constexpr (std::same_as<T, bool>) {
    if (value != 0 && value != 1) refuse(value, dtype, "use true or false");
    return value != 0;
  } else if constexpr (std::is_integral_v<T>) {
    using Limits = std::numeric_limits<T>;
    constexpr double lowest = Limits::min();
    constexpr T half = Limits::max() / 2 + 1;
    constexpr double above = 2.0 * static_cast<double>(half);  // 2^7, 2^8, ... 2^64
    if (!(value >= lowest && value < above) || std::trunc(value) != value)
      refuse(value, dtype, "use an integer within its range, or another dtype");
    return static_cast<T>(value);
  } else {
    const T result = static_cast<T>(value);
    if (std::isinf(static_cast<double>(result)) && std::isfinite(value))
      refuse(value, dtype, "use a smaller number, or f64");
    return result;
  }
}

template <Element T>
T converted(std::int64_t value) {
  constexpr DType dtype = dtype_of<T>();
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  if constexpr (std::same_as<T, bool>) {
    if (value != 0 && value != 1) refuse(value, dtype, "use true or false");
    return value != 0;
  } else if constexpr (std::is_integral_v<T>) {
    if (!std::in_range<T>(value))
      refuse(value, dtype, "use an integer within its range, or another dtype");
    return static_cast<T>(value);
  } else {
    const T result = static_cast<T>(value);
    const auto number = static_cast<double>(result);  // within +-2^63, or infinite
    const bool exact = std::abs(number) < 0x1p63 ? static_cast<std::int64_t>(number) == value
                                                 : number == -0x1p63 && value == lowest;
    if (!exact) refuse(value, dtype, "write it as a floating number to accept rounding");
    return result;
  }
}

ErrorInfo describe(const Refusal& refusal, SourceLocation where) {
  return {.code = refusal.code, .message = refusal.message, .cure = refusal.cure, .where = where};
}

}  // namespace

Tensor scalar_tensor(const Scalar& value, DType dtype, SourceLocation where) {
  const StandardArithmetic arithmetic;
  return visit_dtype(dtype, [&]<Element E>(std::type_identity<E>) {
    return std::visit([&](auto number) { return Tensor::scalar(converted<E>(number), where); },
                      value.value());
  });
}

AttributeValue scalar_attribute(const Scalar& value) {
  return std::visit([](auto number) -> AttributeValue { return number; }, value.value());
}

Scalar scalar_attribute(const Attributes& attributes, std::string_view name) {
  const AttributeValue* value = attributes.find(name);
  if (value != nullptr && std::holds_alternative<std::int64_t>(*value))
    return std::get<std::int64_t>(*value);
  return attributes.get<double>(name);
}

bool has_spec(const Output& x) { return !x.is_empty() && !x.node().outputs.empty(); }

Output number_like(const Output& x, double value) {
  return constant(x.graph(), scalar_tensor(value, x.dtype()));
}

Output zero_or_nan(const Output& x) {
  return where(equal(x, x), 0, number_like(x, std::numeric_limits<double>::quiet_NaN()));
}

Output Operand::resolve(const Graph& graph, DType dtype) const {
  if (const Output* output = std::get_if<Output>(&value_)) return *output;
  if (const Tensor* tensor = std::get_if<Tensor>(&value_))
    return constant(graph, *tensor, {.where = where_});
  try {
    return constant(graph, scalar_tensor(std::get<Scalar>(value_), dtype, where_),
                    {.where = where_});
  } catch (const Refusal& refusal) {
    throw GraphError(describe(refusal, where_));
  }
}

std::array<Output, 2> resolve_operands(std::string_view op, const Operand& x, const Operand& y,
                                       const NodeOptions& options) {
  if (x.output() != nullptr && y.output() != nullptr) return {*x.output(), *y.output()};
  const Output* typed = x.output() != nullptr ? x.output() : y.output();
  const std::string side = x.output() != nullptr ? "x" : "y";
  ErrorInfo context{
      .op = std::string(op), .node = std::string(options.name), .where = options.where};
  if (typed == nullptr) {
    context.message = "neither operand is an Output, so there is no graph to add to";
    context.cure = "make one of them a constant";
  } else if (typed->is_empty()) {
    context.code = ErrorCode::empty_handle;
    context.message = side + " is an empty Output";
    context.cure = "give it the result of a builder";
  } else if (typed->node().outputs.empty()) {
    context.message = side + ", '" + typed->name() + "', is an operation without output";
    context.cure = "use it in a control dependency";
  } else {
    try {
      return {x.resolve(typed->graph(), typed->dtype()), y.resolve(typed->graph(), typed->dtype())};
    } catch (const GraphError& error) {
      context.code = error.code();
      context.message = error.info().message;
      context.cure = error.info().cure;
      context.operands = to_string(typed->spec());
    }
  }
  throw GraphError(context);
}

NodeOptions named(std::string_view op, const NodeOptions& options) {
  return {.name = options.name.empty() ? op : options.name, .where = options.where};
}

std::vector<Output> zero_gradients(const GradientContext& context) {
  return std::vector<Output>(context.inputs.size());
}

Output add_binary(const OpDef& op, const Operand& x, const Operand& y, const NodeOptions& options) {
  return add_node(op, resolve_operands(op.name, x, y, options), {}, options);
}

}  // namespace deft
