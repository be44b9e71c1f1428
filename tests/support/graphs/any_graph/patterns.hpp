#pragma once

#include <vector>

#include "support/graphs/any_graph/array.hpp"
#include "support/graphs/any_graph/elementwise.hpp"
#include "support/graphs/any_graph/growing_graph.hpp"
#include "support/graphs/any_graph/linalg.hpp"

namespace deft {

/// What is `x` again, for a numeric `x`, but perhaps for the sign of 0.
inline Output add_identity_of(GrowingGraph& g) {
  const Output x = g.numeric();
  switch (g.draws.below(12)) {
    case 0:
      return x * 1;
    case 1:
      return 1 * x;
    case 2:
      return x + 0;
    case 3:
      return x - 0;
    case 4:
      return x + -0.0;
    case 5:
      return -(-x);
    case 6:
      return x / 1;
    case 7:
      return maximum(x, x);
    case 8:
      return cast(x, x.dtype());
    case 9:
      return 0 - x;
    case 10:
      return broadcast_like(x, x);
    default:
      return x * ones_like(x);
  }
}

/// Moved, and moved again: often back.
inline Output add_moves(GrowingGraph& g) {
  const Output x = g.any();
  const std::size_t rank = g.shape(x).rank();
  if (g.draws.one_in(2)) {
    const Axes first = any_permutation(g, rank);
    const Axes second = any_permutation(g, rank);
    return transpose(transpose(x, first), second);
  }
  const Shape other = reshaped(g.draws, g.shape(x));
  const Output moved = reshape(x, other);
  return reshape_like(moved, x);
}

/// The operation of some value once more.
inline Output add_duplicate(GrowingGraph& g) {
  const Output like = g.any();
  const Node& node = like.node();
  if (node.op->effect != Effect::none || node.op->arity.max == 0) return square(g.numeric());
  std::vector<Output> inputs;
  for (const Endpoint input : node.inputs) inputs.push_back(g.graph.output(input));
  return g.graph.add(*node.op, inputs, *node.attributes, {})[like.index()];
}

/// Elementwise operations one after the other on one shape, as they are fused.
inline Output add_chain(GrowingGraph& g) {
  Output x = g.floating();
  const TensorSpec spec = g.spec(x);
  for (std::size_t length = 2 + g.draws.below(8); length > 0; --length) {
    const Output y =
        g.draws.one_in(3) ? g.of({spec.dtype, narrower(g.draws, spec.shape)}) : g.of(spec);
    switch (g.draws.below(8)) {
      case 0:
        x = x * y;
        break;
      case 1:
        x = y - x;
        break;
      case 2:
        x = x + y;
        break;
      case 3:
        x = tanh(x);
        break;
      case 4:
        x = where(less(x, y), x, y);
        break;
      case 5:
        x = square(x) * 0.25;
        break;
      case 6:
        x = x / y;
        break;
      default:
        x = exp(-abs(x));
    }
  }
  return g.draws.one_in(2) ? x : reduce_sum(x);
}

/// One of the gradients of `loss`, or where it has none, since an assign lies between, `loss`.
inline Output gradient_of(GrowingGraph& g, const Output& loss, const std::vector<Output>& xs) {
  try {
    return g.draws.of(gradients(loss, xs));
  } catch (const GradientError&) {
    return loss;
  }
}

/// A layer of a model: a product over rows, and what follows it.
inline Output add_layer(GrowingGraph& g) {
  const DType dtype = g.draws.floating();
  const std::int64_t rows = g.draws.dim(g.traits.most_elements);
  const std::int64_t inner = g.draws.dim(std::min<std::int64_t>(17, g.traits.most_elements / rows));
  const std::int64_t columns = g.draws.of<std::int64_t>({1, 1, 1, 2, 4, 5});
  const Output x = maybe_transposed(g, {dtype, {rows, inner}});
  const Output w = maybe_transposed(g, {dtype, {inner, columns}});
  const Output b = g.of({dtype, {columns}});
  const Output d = g.of({dtype, {rows, 1}});
  const Output error = matmul(x, w) + b - d;
  if (g.draws.one_in(4)) return matmul(x, error, {.transpose_a = true});
  const Output loss = g.draws.one_in(2) ? reduce_mean(square(error)) : reduce_sum(tanh(error));
  return gradient_of(g, loss, {w, b, x});
}

inline Output scalar_of(GrowingGraph& g, const Output& y) {
  switch (g.draws.below(4)) {
    case 0:
      return reduce_mean(y);
    case 1:
      return reduce_sum(square(y));
    case 2:
      return reduce_sum(y * g.of(g.spec(y)));
    default:
      return reduce_sum(y);
  }
}

/// A gradient of a value with respect to others, on which it may not depend.
inline Output add_gradients(GrowingGraph& g) {
  Output y = g.floating();
  if (g.graph.num_nodes() > 200) return y;
  std::vector<Output> xs;
  for (std::size_t count = 1 + g.draws.below(3); count > 0; --count) xs.push_back(g.floating());
  const Output loss = scalar_of(g, y);
  return gradient_of(g, loss, xs);
}

/// Makes one value wait for another that was made before it.
inline Output add_control_edge(GrowingGraph& g) {
  const Output x = g.any();
  const Output y = g.any();
  const Output& before = x.node_id() < y.node_id() ? x : y;
  const Output& after = x.node_id() < y.node_id() ? y : x;
  if (x.node_id() == y.node_id() || g.is_pure(after)) return identity(x);
  g.graph.add_control_dependency(before, after);
  return identity(after);
}

/// Patterns that passes look for; those that are listed more than once are drawn more often.
inline std::vector<GrowthRow> pattern_growth() {
  return {
      {"identity of", add_identity_of},
      {"identity of", add_identity_of},
      {"moves", add_moves},
      {"moves", add_moves},
      {"duplicate", add_duplicate},
      {"duplicate", add_duplicate},
      {"duplicate", add_duplicate},
      {"chain", add_chain},
      {"chain", add_chain},
      {"layer", add_layer},
      {"layer", add_layer},
      {"gradients", add_gradients},
      {"gradients", add_gradients},
      {"control edge", add_control_edge},
      {"product", add_product},
      {"product", add_product},
      {"product", add_product},
  };
}

}  // namespace deft
