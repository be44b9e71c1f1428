#include <deft/core/source_location.hpp>

#include <string>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/core/graph.hpp>
#include <deft/core/scope.hpp>

#include "caught.hpp"
#include "support/ops/toy_ops.hpp"

namespace deft {
namespace {

TEST_CASE("options in braces carry the line of the braces") {
  const int line = __LINE__ + 1;
  const NodeOptions options{};
  CHECK(options.where.line == line);
  const NodeOptions named{.name = "a"};
  CHECK(named.where.line == line + 2);
  CHECK(std::string(named.where.file).ends_with("source_location_test.cpp"));
}

TEST_CASE("options without braces carry no line, and least of all one of deft's own") {
  NodeOptions options;
  CHECK(options.where.line == 0);
  CHECK(std::string(options.where.file).empty());
  const Graph graph;
  const Output a = graph.add(toy::source, {}, {}, options);
  CHECK(a.node().where.line == 0);
  options.name = "no space";
  const auto error = caught<GraphError>([&] { graph.add(toy::source, {}, {}, options); });
  CHECK(std::string(error.what()).starts_with("source: the name 'no space' is not allowed"));
  const ForwardLocation unknown(graph, a.node().where);
  const Output b = graph.add(toy::source, {}, {}, {.name = "b"});
  CHECK(b.node().where.line == 0);
}

}  // namespace
}  // namespace deft
