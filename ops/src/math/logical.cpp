#include <array>
#include <string>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "operands.hpp"

// Functions of bools. logical_and and logical_or are composites: one bool selects between the other
// one and a constant.

namespace deft {
namespace {

/// The operand, which errors call `side`, must be bool if it is an Output or a Tensor. (A number
/// that is no bool does not fit beside one.)
void require_bool(std::string_view op, std::string_view side, const Operand& operand,
                  const NodeOptions& options) {
  const Output* const output = operand.output();
  const Tensor* const tensor = operand.tensor();
  if (output == nullptr && tensor == nullptr) return;
  ErrorInfo info{.op = std::string(op), .node = std::string(options.name), .where = options.where};
  if (output != nullptr && output->is_empty()) {
    info.code = ErrorCode::empty_handle;
    info.message = std::string(side) + " is an empty Output";
    info.cure = "give it the result of a builder";
    throw GraphError(info);
  }
  const TensorSpec spec = output != nullptr ? output->spec(options.where) : tensor->spec();
  if (spec.dtype == DType::boolean) return;
  info.code = ErrorCode::dtype_mismatch;
  info.message = std::string(side) + " is " + to_string(spec) + ", but must be bool";
  info.cure = "compare, or cast it to bool";
  throw GraphError(info);
}

std::array<Output, 2> conditions(std::string_view op, const Operand& x, const Operand& y,
                                 const NodeOptions& options) {
  require_bool(op, "x", x, options);
  require_bool(op, "y", y, options);
  return resolve_operands(op, x, y, options);
}

}  // namespace

Output logical_and(const Operand& x, const Operand& y, const NodeOptions& options) {
  const auto [first, second] = conditions("logical_and", x, y, options);
  return where(first, second, Operand(false, options.where), named("logical_and", options));
}

Output logical_or(const Operand& x, const Operand& y, const NodeOptions& options) {
  const auto [first, second] = conditions("logical_or", x, y, options);
  return where(first, Operand(true, options.where), second, named("logical_or", options));
}

Output logical_xor(const Operand& x, const Operand& y, const NodeOptions& options) {
  const auto [first, second] = conditions("logical_xor", x, y, options);
  return not_equal(first, second, named("logical_xor", options));
}

Output logical_not(const Output& x, const NodeOptions& options) {
  require_bool("logical_not", "x", x, options);
  return equal(x, Operand(false, options.where), named("logical_not", options));
}

}  // namespace deft
