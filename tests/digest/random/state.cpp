#include "random/grower.hpp"
#include "random/shapes.hpp"

namespace deft::digest {
namespace {

void grow_assign(Grower& g) {
  using Assign = Output (*)(const Output&, const Output&);
  const Assign set = [](const Output& x, const Output& y) { return assign(x, y); };
  const Assign increase = [](const Output& x, const Output& y) { return assign_add(x, y); };
  const Assign decrease = [](const Output& x, const Output& y) { return assign_sub(x, y); };
  const Value x = g.any_variable();
  const Value y = g.of(x.spec);
  const Assign write = g.draws.of({set, increase, decrease});
  g.write(x, [&](const Output& to) { return write(to, y.output); });
}

/// What reads a variable after it was written.
void grow_read_after_write(Grower& g) {
  const Value x = g.any_variable();
  const Value y = g.of(x.spec);
  const Value written = g.write(x, [&](const Output& to) { return assign(to, y.output); });
  const Value other = g.beside(x.spec);
  const ControlDependencies order(g.graph, {written.output});
  g.keep({x.output + other.output,
          {x.spec.dtype, *broadcast_of(x.spec.shape, other.spec.shape)},
          false,
          false});
}

/// A value that waits for another.
void grow_wait(Grower& g) {
  const Value x = g.any();
  const Value y = g.any();
  if (g.draws.one_in(2)) {
    const Output after = identity(x.output);
    g.graph.add_control_dependency(y.output, after);
    g.keep({after, x.spec, false, false});
    return;
  }
  const ControlDependencies order(g.graph, {group({y.output})});
  g.keep({identity(x.output), x.spec, false, false});
}

void grow_source(Grower& g) {
  const Value like = g.any();
  g.source({g.dtype(), like.spec.shape});
}

}  // namespace

std::vector<Growth> state_growth() {
  return {grow_assign, grow_assign, grow_read_after_write, grow_wait, grow_source};
}

}  // namespace deft::digest
