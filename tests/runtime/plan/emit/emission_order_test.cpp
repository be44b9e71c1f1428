#include "plan/emit/emission_order.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/graphs/fake_group.hpp"
#include "support/plans/plan_text.hpp"

namespace deft {
namespace {

constexpr OpDef timed_op(std::string_view name, Timing timing) {
  OpDef op = together_op;
  op.name = name;
  op.timing = timing;
  if (timing == Timing::late) op.group = nullptr;
  return op;
}

constexpr OpDef begin_op = timed_op("begin", Timing::early);
constexpr OpDef end_op = timed_op("end", Timing::late);

Output begin(const Output& x, std::string_view name) {
  return add_node(begin_op, {x}, {{"group", std::int64_t{0}}}, {.name = name});
}

Output end(const Output& x, std::string_view name) {
  return add_node(end_op, {x}, {}, {.name = name});
}

/// The names of what is computed for `fetch`, in order.
std::vector<std::string> order_of(const Graph& graph, const Output& fetch) {
  Drafting drafting(graph, {fetch});
  drafting.through({collect, prune, order_collectives, infer_shapes, order_effects});
  std::vector<std::string> names;
  for (const std::uint32_t at : emission_order(drafting.draft()))
    names.push_back(drafting.draft().node(at).name());
  return names;
}

using Names = std::vector<std::string>;

TEST_CASE("what starts others comes as soon as it can and what waits for them as late") {
  const Graph graph;
  const Output x = variable(zeros(graph, DType::f32, {2}), {.name = "x"});
  const Output first = exp(x, {.name = "first"});
  const Output second = sin(first, {.name = "second"});
  const Output third = cos(second, {.name = "third"});
  const Output a = end(begin(first, "begin_a"), "end_a");
  const Output b = end(begin(second, "begin_b"), "end_b");
  const Output sum = add_n({third, b, a}, {.name = "sum"});
  CHECK(order_of(graph, sum) ==
        Names{"x", "first", "begin_a", "second", "begin_b", "third", "end_a", "end_b", "sum"});
}

TEST_CASE("what is started comes in the order of the graph whatever is there first") {
  const Graph graph;
  const Output x = variable(zeros(graph, DType::f32, {2}), {.name = "x"});
  const Output first = exp(x, {.name = "first"});
  const Output second = sin(first, {.name = "second"});
  const Output a = end(begin(second, "begin_a"), "end_a");
  const Output b = end(begin(first, "begin_b"), "end_b");
  CHECK(order_of(graph, add(a, b, {.name = "sum"})) ==
        Names{"x", "first", "second", "begin_a", "begin_b", "end_a", "end_b", "sum"});
}

TEST_CASE("what waits and is fetched comes last") {
  const Graph graph;
  const Output x = variable(zeros(graph, DType::f32, {2}), {.name = "x"});
  const Output y = end(begin(exp(x, {.name = "first"}), "begin"), "end");
  CHECK(order_of(graph, y) == Names{"x", "first", "begin", "end"});
}

}  // namespace
}  // namespace deft
