#pragma once

#include <vector>

#include "support/graphs/any_graph/growing_graph.hpp"

namespace deft {

/// A variable, and a value for it.
struct Written {
  Output variable;
  Output value;
};

inline Written any_written(GrowingGraph& g, bool numeric) {
  std::vector<Output> fitting;
  for (const Output& x : g.variables())
    if (!numeric || is_numeric(x.dtype())) fitting.push_back(x);
  Written made;
  if (fitting.empty()) {
    const Shape shape = g.shape(g.any());
    made.variable = g.new_variable({g.draws.numeric(), shape});
  } else {
    made.variable = g.draws.of(fitting);
  }
  made.value = g.of(g.spec(made.variable));
  return made;
}

template <auto Assign>
Output add_assign(GrowingGraph& g) {
  const Written written = any_written(g, Assign != static_cast<decltype(Assign)>(assign));
  return g.write(written.variable,
                 [&](const Output& x) { return Assign(x, written.value, NodeOptions{}); });
}

/// What reads a variable after it was written.
inline Output add_read_after_write(GrowingGraph& g) {
  const Written written = any_written(g, true);
  const TensorSpec spec = g.spec(written.variable);
  const Output other = g.value_beside(spec);
  const Output latest =
      g.write(written.variable, [&](const Output& x) { return assign(x, written.value); });
  const ControlDependencies order(g.graph, {latest});
  return written.variable + other;
}

/// An operation without output, for which another waits.
inline Output add_wait(GrowingGraph& g) {
  const Output x = g.any();
  const Output y = g.any();
  const Output waited_for = g.draws.one_in(2) ? no_op(g.graph) : group({y});
  const ControlDependencies order(g.graph, {waited_for});
  return identity(x);
}

/// A check that passes, for which another waits.
inline Output add_check(GrowingGraph& g) {
  const Output x = g.any();
  const ControlDependencies order(g.graph, {check_finite({cast(size(x), DType::f32)})});
  return identity(x);
}

inline std::vector<GrowthRow> state_growth() {
  return {
      {"assign", add_assign<assign>},
      {"assign_add", add_assign<assign_add>},
      {"assign_sub", add_assign<assign_sub>},
      {"check_finite", add_check},
      {"initialize",
       [](GrowingGraph& g) {
         const TensorSpec spec = g.spec(g.any());
         return g.new_variable(spec);
       }},
      {"no_op", add_wait},
      {"placeholder",
       [](GrowingGraph& g) {
         const TensorSpec spec = g.spec(g.any());
         return g.new_placeholder(spec);
       }},
      {"variable", add_read_after_write},
  };
}

}  // namespace deft
