#include "element_functions.hpp"
#include "random/grower.hpp"
#include "random/shapes.hpp"

namespace deft::digest {
namespace {

void grow_unary(Grower& g) {
  const Unary& f = g.draws.of(unary_functions());
  const Value x = f.floating ? g.floating_value() : g.numeric_value();
  g.add(x.spec, {x}, [=] { return f.apply(x.output); });
}

void grow_floating_unary(Grower& g) {
  const Unary& f = g.draws.of(unary_functions());
  const Value x = g.floating_value();
  g.add(x.spec, {x}, [=] { return f.apply(x.output); });
}

void grow_binary(Grower& g) {
  const Value x = g.numeric_value();
  broadcast_binary(g, x, g.draws.of(binary_functions()).apply);
}

void grow_comparison(Grower& g) {
  const Value x = g.numeric_value();
  broadcast_binary(g, x, g.draws.of(comparisons()).apply, true);
}

void grow_quotient(Grower& g) {
  const Value x = g.numeric_value();
  const Value y = g.beside(x.spec);
  const Shape shape = *broadcast_of(x.spec.shape, y.spec.shape);
  g.add({x.spec.dtype, shape}, {x, y}, [=] { return divide(x.output, y.output); });
}

/// A power has gradients where its base is far from 0: what they are at 0 is a matter for
/// `pow_corners`.
void grow_power(Grower& g) {
  Value x = g.numeric_value();
  if (is_floating(x.spec.dtype) && g.draws.one_in(2)) {
    const Value base = x;
    x = g.add(x.spec, {x}, [=] { return abs(base.output) + 0.5; });
  } else {
    x.smooth = false;
  }
  x.smooth = x.smooth && !g.special();
  if (is_floating(x.spec.dtype) && g.draws.one_in(2)) {
    const double exponent = g.draws.of({2.0, 3.0, -1.0, 0.5, 16.0, 17.0, -2.0, 2.5});
    g.add(x.spec, {x}, [=] { return pow(x.output, exponent); });
    return;
  }
  const Value y = g.beside(x.spec);
  const Shape shape = *broadcast_of(x.spec.shape, y.spec.shape);
  g.add({x.spec.dtype, shape}, {x, y}, [=] { return power(x.output, y.output); });
}

void grow_sum_of_many(Grower& g) {
  const Value x = g.numeric_value();
  std::vector<Value> terms{x};
  for (std::size_t more = g.draws.below(5); more > 0; --more) terms.push_back(g.of(x.spec));
  g.add(x.spec, terms, [=] {
    std::vector<Output> outputs;
    for (const Value& term : terms) outputs.push_back(term.output);
    return add_n(outputs);
  });
}

/// A condition for values of this shape.
Value condition_for(Grower& g, const Shape& shape) {
  const auto found = g.pick([&](const Value& value) {
    return value.spec.dtype == DType::boolean && broadcast_of(shape, value.spec.shape) == shape;
  });
  if (found && g.draws.one_in(2)) return *found;
  const TensorSpec spec{g.numeric(), narrower(g.draws, shape)};
  const Value x = g.of(spec);
  const Value y = g.of(spec);
  return g.add({DType::boolean, spec.shape}, {x, y}, [=] { return less(x.output, y.output); });
}

void grow_where(Grower& g) {
  const Value x = g.any();
  const Value condition = condition_for(g, x.spec.shape);
  const Side y = g.side(x.spec);
  const Shape shape = *broadcast_of(x.spec.shape, y.value.spec.shape);
  const bool first = g.draws.one_in(2);
  g.add({x.spec.dtype, shape}, {x, condition, y.value}, [=] {
    return first ? where(condition.output, x.output, y.operand)
                 : where(condition.output, y.operand, x.output);
  });
}

void grow_cast(Grower& g) {
  const Value x = g.any();
  const DType to = g.dtype();
  g.add({to, x.spec.shape}, {x}, [=] { return cast(x.output, to); });
}

}  // namespace

/// `op` with `x` on either side.
Value broadcast_binary(Grower& g, const Value& x, Output (*op)(const Operand&, const Operand&),
                       bool boolean) {
  const Side y = g.side(x.spec);
  const Shape shape = *broadcast_of(x.spec.shape, y.value.spec.shape);
  const bool first = g.draws.one_in(2);
  return g.add({boolean ? DType::boolean : x.spec.dtype, shape}, {x, y.value},
               [=] { return first ? op(x.output, y.operand) : op(y.operand, x.output); });
}

std::vector<Growth> elementwise_growth() {
  return {grow_unary,  grow_floating_unary, grow_floating_unary, grow_binary,
          grow_binary, grow_binary,         grow_binary,         grow_comparison,
          grow_where,  grow_quotient,       grow_power,          grow_sum_of_many,
          grow_cast};
}

}  // namespace deft::digest
