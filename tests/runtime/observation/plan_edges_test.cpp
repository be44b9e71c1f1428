// Why an operation of the longest chain waits for the one before it.

#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/ops/toy_ops.hpp"
#include "support/plans/explained_chain.hpp"

namespace deft {
namespace {

TEST_CASE("edges: control dependencies, direct, added later, and through a group") {
  const Graph graph;
  const Output x = constant(graph, Tensor::scalar(1.0F));
  const Output a = timed_op(x, 100, "a");
  const Output side = timed_op(x, 1, "side");
  const Output both = group({a, side}, {.name = "both"});
  Output b;
  {
    const ControlDependencies after(graph, {a});
    b = timed_op(x, 100, "b");
  }
  const Output c = timed_op(x, 100, "c");
  graph.add_control_dependency(b, c);
  const Output only = group({c}, {.name = "only"});  // needs no instruction of its own
  Output d;
  {
    const ControlDependencies after(graph, {only});
    d = timed_op(x, 100, "d");
  }
  Session session(graph, {.threads = 2, .optimizations = Optimizations::none()});
  CHECK(chain_of(session.explain(d)) ==
        Links{"a", "control dependency -> b", "control dependency -> c",
              "control dependency through 'only' " + line_of(only) + " -> d"});
  CHECK(session.explain(both).operations.size() == 3);
  CHECK(chain_of(session.explain(both)) == Links{"a"});  // a group takes no time
}

TEST_CASE("edges: renamed tensors and one of several outputs") {
  const Graph graph;
  const Output x = variable(graph, Tensor::zeros(DType::f32, {2, 3}), {.name = "x"});
  const Output a = exp(x, {.name = "a"});
  const Output b = exp(reshape(a, {6}, {.name = "flat"}), {.name = "b"});
  const Output start = graph.add(toy::source, {}, {}, {.name = "s"});
  const Output second = add_node(toy::fork, {start}, {}, {.name = "f"})[1];
  const Output e = add_node(toy::join, {second}, {}, {.name = "e"});
  Session session(graph, {.threads = 2, .optimizations = Optimizations::none()});
  CHECK(chain_of(session.explain(b)) ==
        Links{"a", "tensor 'flat' f32[6], which is 'a' under another name or shape -> b"});
  CHECK(chain_of(session.explain(e)) ==
        Links{"s", "tensor 's' f32[] -> f", "tensor 'f:1' f32[] -> e"});
}

/// Reads of w after `step`: by data, by a control edge, and a control edge without a read.
struct Readers {
  Output taken;
  Output read;
  Output other;

  Readers(const Graph& graph, const Output& w, const Output& step)
      : taken(timed_op(step, 100, "taken")) {
    const ControlDependencies after(graph, {step});
    read = timed_op(w, 100, "read");
    other = timed_op(constant(graph, Tensor::scalar(1.0F)), 100, "other");
  }
};

TEST_CASE("edges: what an assign copies to a variable") {
  const Graph graph;
  const Output w = variable(graph, Tensor::scalar(1.0F), {.name = "w"});
  const Output v = variable(graph, Tensor::scalar(2.0F), {.name = "v"});
  const Output step = assign(w, v, {.name = "step"});
  const Readers readers(graph, w, step);
  Session session(graph, {.threads = 2, .optimizations = Optimizations::none()});
  CHECK(chain_of(session.explain(readers.taken)) ==
        Links{"step", "tensor 'step' f32[], the new value of variable 'w' -> taken"});
  CHECK(
      chain_of(session.explain(readers.read)) ==
      Links{"step",
            "control dependency, after which 'read' reads the new value of variable 'w' -> read"});
  CHECK(chain_of(session.explain(readers.other)) == Links{"step", "control dependency -> other"});
}

TEST_CASE("edges: what is made where the variable will find it") {
  const Graph graph;
  const Output w = variable(graph, Tensor::scalar(1.0F), {.name = "w"});
  const Output a = timed_op(w, 100, "a");
  const Output step = assign(w, a, {.name = "step"});
  const Readers readers(graph, w, step);
  Session session(graph, {.threads = 2, .optimizations = Optimizations::none()});
  const std::string through = "control dependency through 'step' " + line_of(step);
  CHECK(chain_of(session.explain(readers.taken)) ==
        Links{"a", "tensor 'step' f32[], which is 'a' as the new value of variable 'w' -> taken"});
  CHECK(chain_of(session.explain(readers.read)) ==
        Links{"a", through + ", after which 'read' reads the new value of variable 'w' -> read"});
  CHECK(chain_of(session.explain(readers.other)) == Links{"a", through + " -> other"});
}

}  // namespace
}  // namespace deft
