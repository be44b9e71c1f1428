#include <string>

#include <deft/core/error.hpp>
#include <deft/core/visit_dtype.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/math.hpp>

#include "operands.hpp"

// Elementwise functions that are made of others.

namespace deft {
namespace {

bool is_number(const Operand& x) { return x.output() == nullptr && x.tensor() == nullptr; }

/// The value of a number that has become a constant.
const Tensor& value_of(const Output& number) {
  return number.node().op->value(*number.node().attributes);
}

void require_order(const Composite& made, const Output& low, const Output& high) {
  visit_numeric(low.dtype(), [&]<class T>(std::type_identity<T>) {
    const T from = value_of(low).item<T>();
    const T to = value_of(high).item<T>();
    if (!(from <= to))
      made.refuse(ErrorCode::invalid_argument,
                  "there is nothing from " + value_of(low).to_string() + " to " +
                      value_of(high).to_string(),
                  "give the lower bound first");
  });
}

}  // namespace

Output clip(const Output& x, const Operand& low, const Operand& high, const NodeOptions& options) {
  const Composite made(x, "clip", options);
  const auto bound = [&](const Operand& given) {
    return made.inside([&] { return resolve_operands("clip", x, given, options)[1]; });
  };
  const Output from = bound(low);
  const Output to = bound(high);
  const Output raised = made.inside([&] { return maximum(x, from); });
  if (is_number(low) && is_number(high)) require_order(made, from, to);
  return minimum(raised, to, made.result());
}

Output squared_difference(const Operand& x, const Operand& y, const NodeOptions& options) {
  const auto operands = resolve_operands("squared_difference", x, y, options);
  const Composite made(operands[0], "squared_difference", options);
  return square(made.inside([&] { return sub(operands[0], operands[1]); }), made.result());
}

Output reciprocal(const Output& x, const NodeOptions& options) {
  const Composite made(x, "reciprocal", options);
  if (!is_floating(x.dtype(options.where)))
    made.refuse(ErrorCode::dtype_mismatch,
                "the operand is " + std::string(to_string(x.dtype())) + ", but must be f32 or f64",
                "cast it");
  return div(1, x, made.result());
}

}  // namespace deft
