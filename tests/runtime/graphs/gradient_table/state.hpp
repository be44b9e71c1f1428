#pragma once

#include <string_view>
#include <vector>

#include <deft/core/scope.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/control.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/state.hpp>

#include "runtime/graphs/gradient_table/row.hpp"

namespace deft {

/// x * source, f64[3]: a source has no inputs, and its share of the gradient is none.
inline GradientRow source_row(std::string_view op, Output (*source)(const Graph&)) {
  return {op, {{"times x", {spread({3}, -1, 1)}, [source](const std::vector<Output>& xs) {
                  return xs[0] * source(xs[0].graph());
                }}}};
}

/// x * (variable that is given a value made of x)
inline GradientRow assign_row(std::string_view op,
                              Output (*update)(const Output& variable, const Output& value,
                                               const NodeOptions& options)) {
  return {op,
          {{"times x",
            {spread({3}, -1, 1)},
            [update](const std::vector<Output>& xs) {
              const Output w = variable(zeros(xs[0].graph(), DType::f64, {3}));
              return xs[0] * update(w, square(xs[0]), {});
            }}},
          Verdict::refused};
}

/// The node that gives a variable its initial value, an Output which no builder returns.
inline Output initializer_of(const Output& variable) {
  return variable.graph().output({variable.node_id() + 1, 0});
}

inline std::vector<GradientRow> state_rows() {
  return {
      assign_row("assign", assign),
      assign_row("assign_add", assign_add),
      assign_row("assign_sub", assign_sub),
      {"check_finite",
       {{"before x",
         {spread({3}, -1, 1)},
         [](const std::vector<Output>& xs) {
           const ControlDependencies after(xs[0].graph(), {check_finite({xs[0]})});
           return square(xs[0]);
         }}}},
      source_row("constant", [](const Graph& graph) { return constant(graph, spread({3}, 1, 2)); }),
      source_row("fill", [](const Graph& graph) { return fill(graph, DType::f64, {3}, 1.5); }),
      {"initialize",
       {{"times x",
         {spread({3}, -1, 1)},
         [](const std::vector<Output>& xs) {
           return xs[0] * initializer_of(variable(square(xs[0])));
         },
         true}},
       Verdict::refused},
      {"no_op",
       {{"before x",
         {spread({3}, -1, 1)},
         [](const std::vector<Output>& xs) {
           const ControlDependencies after(xs[0].graph(), {no_op(xs[0].graph())});
           return square(xs[0]);
         }}}},
      source_row("ones", [](const Graph& graph) { return ones(graph, DType::f64, {3}); }),
      {"placeholder",
       {{"times x",
         {spread({3}, -1, 1, 1), spread({3}, -1, 1, 2)},
         [](const std::vector<Output>& xs) { return xs[0] * xs[1]; }}}},
      source_row("variable", [](const Graph& graph) { return variable(graph, spread({3}, 1, 2)); }),
      source_row("zeros", [](const Graph& graph) { return zeros(graph, DType::f64, {3}) + 1; }),
  };
}

}  // namespace deft
