#pragma once

#include <vector>

#include <deft/core/element_function.hpp>

namespace deft {

/// The element functions of the built-in operations.
namespace elements {
extern const ElementFunction neg, square, abs, sign, sqrt, rsqrt, exp, log, tanh, add, sub, mul,
    div, pow, maximum, minimum, equal, not_equal, less, less_equal, greater, greater_equal, select,
    floor, ceil, round, trunc, floor_div, floor_mod, trunc_mod, sin, cos, tan, asin, acos, atan,
    atan2, sinh, cosh, asinh, acosh, atanh, expm1, log1p, erf, erfc, sigmoid, softplus, bitwise_and,
    bitwise_or, bitwise_xor, bitwise_not;
}

/// All that give what they take and of which code is made. `select` is apart.
inline std::vector<const ElementFunction*> arithmetic_functions() {
  namespace e = elements;
  return {&e::neg,     &e::square, &e::abs,  &e::sign,    &e::sqrt,    &e::rsqrt, &e::exp,
          &e::log,     &e::tanh,   &e::add,  &e::sub,     &e::mul,     &e::div,   &e::maximum,
          &e::minimum, &e::floor,  &e::ceil, &e::round,   &e::trunc,   &e::asin,  &e::acos,
          &e::atan,    &e::atan2,  &e::sinh, &e::cosh,    &e::asinh,   &e::acosh, &e::atanh,
          &e::expm1,   &e::log1p,  &e::erf,  &e::sigmoid, &e::softplus};
}

/// Those of the bits of integers.
inline std::vector<const ElementFunction*> bits_functions() {
  namespace e = elements;
  return {&e::bitwise_and, &e::bitwise_or, &e::bitwise_xor, &e::bitwise_not};
}

/// All comparisons of operands of `dtype`.
inline std::vector<const ElementFunction*> comparisons_of(DType dtype) {
  std::vector<const ElementFunction*> all{&elements::equal,   &elements::not_equal,
                                          &elements::less,    &elements::less_equal,
                                          &elements::greater, &elements::greater_equal};
  std::erase_if(all, [&](const ElementFunction* f) { return !f->facts.takes.contains(dtype); });
  return all;
}

}  // namespace deft
