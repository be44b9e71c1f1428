#include <deft/core/error.hpp>
#include <deft/ops/math.hpp>

namespace deft {

Output operator+(const Operand& x, const Operand& y) { return add(x, y, {.where = x.where()}); }

Output operator-(const Operand& x, const Operand& y) { return sub(x, y, {.where = x.where()}); }

Output operator*(const Operand& x, const Operand& y) { return mul(x, y, {.where = x.where()}); }

Output operator/(const Operand& x, const Operand& y) { return div(x, y, {.where = x.where()}); }

Output operator-(const Operand& x) {
  if (x.output() == nullptr)
    throw GraphError({.message = "the operand is a C++ scalar, so there is no graph to add to",
                      .cure = "make it a constant",
                      .op = "neg",
                      .where = x.where()});
  return neg(*x.output(), {.where = x.where()});
}

}  // namespace deft
