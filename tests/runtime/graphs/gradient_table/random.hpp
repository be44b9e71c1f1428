#pragma once

#include <string_view>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/random.hpp>

#include "runtime/graphs/gradient_table/row.hpp"

namespace deft {

/// x * draw, f64[3]: neither a step nor a shape varies what is drawn.
inline GradientRow random_row(std::string_view op,
                              Output (*draw)(const Random& random, const Output& x)) {
  return {op, {{"times x", {spread({3}, -1, 1)}, [draw](const std::vector<Output>& xs) {
                  const Graph graph = xs[0].graph();
                  const Output step = constant(graph, Tensor::scalar<std::int64_t>(3));
                  return xs[0] * draw(Random(graph, {.seed = 1, .step = step}), xs[0]);
                }}}};
}

inline std::vector<GradientRow> random_rows() {
  return {
      random_row("random_integers",
                 [](const Random& random, const Output&) {
                   return cast(random_integers(random, DType::i32, {3}, 1, 10), DType::f64);
                 }),
      random_row("random_normal",
                 [](const Random& random, const Output& x) {
                   return random_normal_like(random, x, {.mean = 1, .stddev = 0.5});
                 }),
      random_row("random_order",
                 [](const Random& random, const Output& x) {
                   const Output positions = cast(random_bernoulli_like(random, x, 0.5), DType::i64);
                   return cast(random_order(random, positions, 7), DType::f64);
                 }),
      random_row("random_truncated_normal",
                 [](const Random& random, const Output&) {
                   return random_truncated_normal(random, DType::f64, {3});
                 }),
      random_row("random_uniform",
                 [](const Random& random, const Output& x) {
                   return random_uniform_like(random, x, {.low = 1, .high = 2});
                 }),
  };
}

}  // namespace deft
