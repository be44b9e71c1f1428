#pragma once

#include <vector>

#include "support/graphs/any_graph/growing_graph.hpp"

namespace deft {

template <auto Op>
Output add_unary(GrowingGraph& g) {
  return Op(g.numeric(), {});
}

template <auto Op>
Output add_floating_unary(GrowingGraph& g) {
  return Op(g.floating(), {});
}

inline Output any_integer(GrowingGraph& g) {
  const Output found = g.pick([](const TensorSpec& spec) { return is_integer(spec.dtype); });
  return found.is_empty() ? g.source(g.draws.of({DType::i32, DType::i64})) : found;
}

/// `op` with `x` on either side.
template <class Op>
Output add_beside(GrowingGraph& g, const Output& x, Op op) {
  const Operand y = g.partner(g.spec(x));
  return g.draws.one_in(2) ? op(x, y) : op(y, x);
}

template <auto Op>
Output add_binary(GrowingGraph& g) {
  const Output x = g.numeric();
  return add_beside(g, x, [](const Operand& a, const Operand& b) { return Op(a, b, {}); });
}

template <auto Op>
Output add_equality(GrowingGraph& g) {
  const Output x = g.any();
  return add_beside(g, x, [](const Operand& a, const Operand& b) { return Op(a, b, {}); });
}

/// Integers are divided by what is not 0.
template <auto Op>
Output add_division(GrowingGraph& g) {
  const Output x = g.numeric();
  const TensorSpec spec = g.spec(x);
  if (is_floating(spec.dtype) || g.traits.fails)
    return add_beside(g, x, [](const Operand& a, const Operand& b) { return Op(a, b, {}); });
  const Output y = g.value_beside(spec);
  const Output divisor = where(equal(y, 0), 3, y);
  return Op(x, divisor, {});
}

/// Integers have exponents from 0 on.
inline Output add_pow(GrowingGraph& g) {
  const Output x = g.numeric();
  const TensorSpec spec = g.spec(x);
  if (is_floating(spec.dtype) || g.traits.fails)
    return add_beside(g, x, [](const Operand& a, const Operand& b) { return pow(a, b); });
  const Output y = g.value_beside(spec);
  const Output small = minimum(abs(y), 5);
  const Output exponent = maximum(small, 0);
  return pow(x, exponent);
}

inline Output add_atan2(GrowingGraph& g) {
  return add_beside(g, g.floating(),
                    [](const Operand& a, const Operand& b) { return atan2(a, b); });
}

inline Output add_sum_of_many(GrowingGraph& g) {
  const Output x = g.numeric();
  const TensorSpec spec = g.spec(x);
  std::vector<Output> terms{x};
  for (std::size_t more = g.draws.below(5); more > 0; --more) terms.push_back(g.of(spec));
  return add_n(terms);
}

/// A condition for values of this shape, to which it broadcasts.
inline Output condition_for(GrowingGraph& g, const Shape& shape) {
  Output found = g.pick([&](const TensorSpec& spec) {
    return spec.dtype == DType::boolean && broadcast_of(shape, spec.shape) == shape;
  });
  if (!found.is_empty() && g.draws.one_in(2)) return found;
  const Shape narrow = narrower(g.draws, shape);
  const DType dtype = g.draws.numeric();
  const Output x = g.of({dtype, narrow});
  const Output y = g.of({dtype, narrow});
  return less(x, y);
}

inline Output add_where(GrowingGraph& g) {
  const Output x = g.any();
  const TensorSpec spec = g.spec(x);
  const Output condition = condition_for(g, spec.shape);
  const Operand y = g.partner(spec);
  return g.draws.one_in(2) ? where(condition, x, y) : where(condition, y, x);
}

/// Of integers, most of them no counts of a shift that leaves anything.
template <auto Op>
Output add_binary_bits(GrowingGraph& g) {
  return add_beside(g, any_integer(g),
                    [](const Operand& a, const Operand& b) { return Op(a, b, {}); });
}

inline Output add_bitwise_not(GrowingGraph& g) { return bitwise_not(any_integer(g)); }

inline Output add_cast(GrowingGraph& g) {
  const Output x = g.any();
  const DType to = g.draws.any_dtype();
  return cast(x, to);
}

inline std::vector<GrowthRow> elementwise_growth() {
  return {
      {"abs", add_unary<abs>},
      {"acos", add_floating_unary<acos>},
      {"acosh", add_floating_unary<acosh>},
      {"add", add_binary<add>},
      {"add_n", add_sum_of_many},
      {"asin", add_floating_unary<asin>},
      {"asinh", add_floating_unary<asinh>},
      {"atan", add_floating_unary<atan>},
      {"atan2", add_atan2},
      {"atanh", add_floating_unary<atanh>},
      {"bitwise_and", add_binary_bits<bitwise_and>},
      {"bitwise_not", add_bitwise_not},
      {"bitwise_or", add_binary_bits<bitwise_or>},
      {"bitwise_xor", add_binary_bits<bitwise_xor>},
      {"cast", add_cast},
      {"ceil", add_unary<ceil>},
      {"cos", add_floating_unary<cos>},
      {"cosh", add_floating_unary<cosh>},
      {"div", add_division<div>},
      {"equal", add_equality<equal>},
      {"erf", add_floating_unary<erf>},
      {"erfc", add_floating_unary<erfc>},
      {"exp", add_floating_unary<exp>},
      {"expm1", add_floating_unary<expm1>},
      {"floor", add_unary<floor>},
      {"floor_div", add_division<floor_div>},
      {"floor_mod", add_division<floor_mod>},
      {"greater", add_binary<greater>},
      {"greater_equal", add_binary<greater_equal>},
      {"left_shift", add_binary_bits<left_shift>},
      {"less", add_binary<less>},
      {"less_equal", add_binary<less_equal>},
      {"log", add_floating_unary<log>},
      {"log1p", add_floating_unary<log1p>},
      {"maximum", add_binary<maximum>},
      {"minimum", add_binary<minimum>},
      {"mul", add_binary<mul>},
      {"neg", add_unary<neg>},
      {"not_equal", add_equality<not_equal>},
      {"pow", add_pow},
      {"right_shift", add_binary_bits<right_shift>},
      {"round", add_unary<round>},
      {"rsqrt", add_floating_unary<rsqrt>},
      {"sigmoid", add_floating_unary<sigmoid>},
      {"sign", add_unary<sign>},
      {"sin", add_floating_unary<sin>},
      {"sinh", add_floating_unary<sinh>},
      {"softplus", add_floating_unary<softplus>},
      {"sqrt", add_floating_unary<sqrt>},
      {"square", add_unary<square>},
      {"sub", add_binary<sub>},
      {"tan", add_floating_unary<tan>},
      {"tanh", add_floating_unary<tanh>},
      {"trunc", add_unary<trunc>},
      {"trunc_mod", add_division<trunc_mod>},
      {"where", add_where},
  };
}

}  // namespace deft
