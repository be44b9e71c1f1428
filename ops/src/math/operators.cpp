#include <deft/core/error.hpp>
#include <deft/ops/math.hpp>

namespace deft {
namespace {

/// The operand of a unary operator.
const Output& output_of(const Operand& x, const char* op) {
  if (x.output() == nullptr)
    throw GraphError({.message = "the operand is no Output, so there is no graph to add to",
                      .cure = "make it a constant",
                      .op = op,
                      .where = x.where()});
  return *x.output();
}

}  // namespace

Output operator+(const Operand& x, const Operand& y) { return add(x, y, {.where = x.where()}); }

Output operator-(const Operand& x, const Operand& y) { return sub(x, y, {.where = x.where()}); }

Output operator*(const Operand& x, const Operand& y) { return mul(x, y, {.where = x.where()}); }

Output operator/(const Operand& x, const Operand& y) { return div(x, y, {.where = x.where()}); }

Output operator<(const Operand& x, const Operand& y) { return less(x, y, {.where = x.where()}); }

Output operator<=(const Operand& x, const Operand& y) {
  return less_equal(x, y, {.where = x.where()});
}

Output operator>(const Operand& x, const Operand& y) { return greater(x, y, {.where = x.where()}); }

Output operator>=(const Operand& x, const Operand& y) {
  return greater_equal(x, y, {.where = x.where()});
}

Output operator&&(const Operand& x, const Operand& y) {
  return logical_and(x, y, {.where = x.where()});
}

Output operator||(const Operand& x, const Operand& y) {
  return logical_or(x, y, {.where = x.where()});
}

Output operator-(const Operand& x) { return neg(output_of(x, "neg"), {.where = x.where()}); }

Output operator!(const Operand& x) {
  return logical_not(output_of(x, "logical_not"), {.where = x.where()});
}

}  // namespace deft
