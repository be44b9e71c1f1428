#include <concepts>
#include <sstream>
#include <type_traits>

#include <doctest/doctest.h>

#include <deft/core/graph.hpp>

#include "support/ops/toy_ops.hpp"

namespace deft {
namespace {

// `if (y < 0)` would hold for every y: the handle is never empty.
static_assert(!std::is_constructible_v<bool, Output>);

template <class T>
std::string printed(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

TEST_CASE("an Output prints its name, dtype and shape") {
  const Graph graph;
  const Output a = graph.add(toy::source, {}, {}, {.name = "layer/a"});
  const Output fork = graph.add(toy::fork, {a}, {}, {.name = "fork"})[0];
  CHECK(printed(a) == "layer/a f32[]");
  CHECK(printed(fork) == "fork f32[]");
  CHECK(printed(graph.output({fork.node_id(), 1})).starts_with("fork:1 "));
  CHECK(printed(Output{}) == "empty Output");
  CHECK(printed(a.shape()) == "[]");
  CHECK(printed(a.dtype()) == "f32");
  CHECK(printed(a.spec()) == "f32[]");
  CHECK(printed(Shape{2, Shape::unknown}) == "[2, ?]");
}

}  // namespace
}  // namespace deft
