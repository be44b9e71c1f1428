#include <algorithm>

#include "element_functions.hpp"
#include "random/grower.hpp"
#include "random/shapes.hpp"

namespace deft::digest {
namespace {

/// What is `x` again, but perhaps for the sign of 0.
void grow_identity_of(Grower& g) {
  using Same = Output (*)(const Output&);
  static const std::vector<Same> all{
      [](const Output& x) { return x * 1; },
      [](const Output& x) { return 1 * x; },
      [](const Output& x) { return x + 0; },
      [](const Output& x) { return x - 0; },
      [](const Output& x) { return x + -0.0; },
      [](const Output& x) { return -(-x); },
      [](const Output& x) { return x / 1; },
      [](const Output& x) { return maximum(x, x); },
      [](const Output& x) { return cast(x, x.dtype()); },
      [](const Output& x) { return 0 - x; },
      [](const Output& x) { return broadcast_like(x, x); },
      [](const Output& x) { return x * ones_like(x); },
  };
  const Value x = g.numeric_value();
  const Same same = g.draws.of(all);
  g.add(x.spec, {x}, [=] { return same(x.output); });
}

void grow_duplicate(Grower& g) { g.again(); }

/// Elementwise operations one after the other on one shape, and a reduction of them.
void grow_chain(Grower& g) {
  using Link = Output (*)(const Output&, const Output&);
  static const std::vector<Link> all{
      [](const Output& x, const Output& y) { return x * y; },
      [](const Output& x, const Output& y) { return y - x; },
      [](const Output& x, const Output& y) { return x + y; },
      [](const Output& x, const Output&) { return tanh(x); },
      [](const Output& x, const Output& y) { return where(less(x, y), x, y); },
      [](const Output& x, const Output&) { return square(x) * 0.25; },
      [](const Output& x, const Output& y) { return x / y; },
      [](const Output& x, const Output&) { return exp(-abs(x)); },
      [](const Output& x, const Output&) { return log(1 + abs(x)); },
      [](const Output& x, const Output& y) { return maximum(x, 0) * y; },
      [](const Output& x, const Output&) { return x * rsqrt(1 + square(x)); },
      [](const Output& x, const Output&) { return sqrt(abs(x)) * sign(x); },
  };
  Value x = g.floating_value();
  for (std::size_t length = 2 + g.draws.below(6); length > 0; --length) {
    const bool narrow = g.draws.one_in(3);
    const Shape shape = narrow ? narrower(g.draws, x.spec.shape) : x.spec.shape;
    const Value y = g.of({x.spec.dtype, shape});
    const Link link = g.draws.of(all);
    x = g.add(x.spec, {x, y}, [=] { return link(x.output, y.output); });
  }
  if (g.draws.one_in(2)) reduce_any(g, x);
}

/// A row, or the rows, taken together, and applied to each: as softmax and normalisations do.
void grow_normalisation(Grower& g) {
  const Value x = g.floating_value();
  const std::size_t rank = x.spec.shape.rank();
  if (rank == 0 || x.spec.shape.num_elements() == 0) return;
  const bool row = g.draws.one_in(2);
  const ReduceOptions over{.axes = {row ? static_cast<std::int64_t>(rank) - 1 : 0},
                           .keep_dims = true};
  switch (g.draws.below(3)) {
    case 0:
      g.add(x.spec, {x}, [=] {
        const Output e = exp(x.output - reduce_max(x.output, over));
        return e / reduce_sum(e, over);
      });
      return;
    case 1:
      g.add(x.spec, {x}, [=] {
        const Output centred = x.output - reduce_mean(x.output, over);
        return centred * rsqrt(reduce_mean(square(centred), over) + 1e-5);
      });
      return;
    default:
      g.add(x.spec, {x}, [=] { return x.output - log(reduce_sum(exp(x.output), over)); });
  }
}

/// One of the values that `y` is computed from, rather an early one; at times any other.
Value source_of(Grower& g, const Value& y) {
  const std::vector<Value> found = g.floating_inputs(y);
  if (g.draws.one_in(8)) return g.floating_value();
  const std::size_t first = g.draws.below(found.size());
  const std::size_t second = g.draws.below(found.size());
  return found[std::max(first, second)];
}

}  // namespace

/// Gradients of a value with respect to others.
void grow_gradients(Grower& g) {
  const auto smooth = [](const Value& value) {
    return value.smooth && is_floating(value.spec.dtype);
  };
  const auto y = g.pick(smooth);
  if (!y || !g.may_differentiate()) return;
  Output loss;
  switch (g.draws.below(3)) {
    case 0:
      loss = reduce_mean(y->output);
      break;
    case 1:
      loss = reduce_sum(square(y->output));
      break;
    default:
      const auto factor =
          g.pick([&](const Value& value) { return value.spec == y->spec && smooth(value); });
      loss = reduce_sum(y->output * factor->output);
  }
  std::vector<Value> xs;
  for (std::size_t count = 1 + g.draws.below(3); count > 0; --count) xs.push_back(source_of(g, *y));
  std::vector<Output> outputs;
  for (const Value& x : xs) outputs.push_back(x.output);
  const std::vector<Output> slopes = gradients(loss, outputs);
  for (std::size_t i = 0; i < xs.size(); ++i) g.keep({slopes[i], xs[i].spec}, {*y, xs[i]});
}

std::vector<Growth> pattern_growth() {
  return {grow_identity_of, grow_identity_of,   grow_duplicate,     grow_duplicate,
          grow_duplicate,   grow_chain,         grow_chain,         grow_chain,
          grow_gradients,   grow_gradients,     grow_gradients,     grow_gradients,
          grow_gradients,   grow_normalisation, grow_normalisation, grow_normalisation};
}

}  // namespace deft::digest
