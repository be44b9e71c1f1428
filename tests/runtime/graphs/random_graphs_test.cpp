// Random graphs of all operations give the same bytes and the same errors however they are
// optimised, on any number of threads.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <hwy/targets.h>

#include <deft/deft.hpp>
#include <deft/ops/builtins.hpp>

#include "support/executable_mappings.hpp"
#include "support/graphs/any_graph.hpp"
#include "support/graphs/any_graph_outcomes.hpp"
#include "support/instruction_sets.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

constexpr std::uint64_t graphs = sanitized ? 150 : 3000;

struct Mode {
  std::string name;
  SessionOptions options;
};

/// Those for graph `seed`: what is on by default, on a number of threads; and in turn other
/// choices, all numbers of threads, and schedules at random.
std::vector<Mode> modes_of(std::uint64_t seed) {
  constexpr int threads[] = {1, 2, 3, 4, 8};
  static const std::vector<Mode> alone{
      {"simplify", {.optimizations = {true, false, false, false, false}}},
      {"fold_constants", {.optimizations = {false, true, false, false, false}}},
      {"merge_duplicates", {.optimizations = {false, false, true, false, false}}},
      {"fuse, generate_code", {.optimizations = {false, false, false, true, true}}},
  };
  std::vector<Mode> modes{
      {"all", {.threads = threads[seed % 5]}},
      {"all but generate_code", {.optimizations = {true, true, true, true, false}}},
      {"fuse", {.optimizations = {false, false, false, true, false}}},
      alone[seed % alone.size()],
  };
  for (std::size_t i = 1; i < modes.size(); ++i)
    modes[i].options.threads = threads[(seed / 5 + i) % 5];
  if (seed % 8 == 0)
    modes.push_back({"all, at random", {.threads = threads[1 + seed / 8 % 4], .chaos_seed = seed}});
  if (seed % 64 == 0)
    for (const int count : threads) modes.push_back({"all", {.threads = count}});
  return modes;
}

/// The nodes that each waits for without reading them.
std::vector<std::vector<NodeId>> controls_of(const Graph& graph) {
  std::vector<std::vector<NodeId>> controls(graph.num_nodes());
  for (NodeId id = 0; id < controls.size(); ++id) {
    const Node& node = graph.node(id);
    controls[id].assign(node.control_inputs.begin(), node.control_inputs.end());
  }
  for (const auto& [before, after] : graph.added_control_edges()) controls[after].push_back(before);
  return controls;
}

/// What values are computed from, a line for each node.
std::string listing(AnyGraph& any, const std::vector<Output>& values) {
  const Graph graph = any.grown.graph;
  const std::vector<std::vector<NodeId>> controls = controls_of(graph);
  std::vector<bool> wanted(graph.num_nodes(), false);
  for (const Output& value : values) wanted[value.node_id()] = true;
  for (auto id = static_cast<NodeId>(wanted.size()); id-- > 0;) {
    if (!wanted[id]) continue;
    for (const Endpoint input : graph.node(id).inputs) wanted[input.node] = true;
    for (const NodeId before : controls[id]) wanted[before] = true;
  }
  std::string text;
  for (NodeId id = 0; id < wanted.size(); ++id) {
    if (!wanted[id]) continue;
    const Node& node = graph.node(id);
    text += "\n  " + node.name() + " = " + std::string(node.op->name) + "(";
    for (const Endpoint input : node.inputs) text += " " + graph.node(input.node).name();
    text += " ) " + node.attributes->to_string();
    if (!node.outputs.empty()) text += " " + to_string(any.grown.spec(graph.output({id, 0})));
    for (const NodeId before : controls[id]) text += " after " + graph.node(before).name();
  }
  return text;
}

/// How a run of `fetches`, the first after the initial values, differs.
std::string difference_of(const AnyGraph& any, const std::vector<Output>& fetches,
                          const SessionOptions& options) {
  const auto outcome = [&](const SessionOptions& with) {
    Session session(any.grown.graph, with);
    const Feeds feeds = any.grown.feeds(0);
    outcome_of(session, {any.initialize}, feeds);
    return outcome_of(session, fetches, feeds);
  };
  const Outcome expected = outcome({.threads = 1, .optimizations = Optimizations::none()});
  return difference(outcome(options), expected);
}

/// As few fetches as still show a difference, and what they are computed from.
std::string culprits(AnyGraph& any, const SessionOptions& options) {
  std::vector<Output> fetches = any.fetches.back();
  if (difference_of(any, fetches, options).empty()) return "; a first run is the same";
  for (std::size_t i = fetches.size(); i-- > 0 && fetches.size() > 1;) {
    std::vector<Output> fewer = fetches;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (!difference_of(any, fewer, options).empty()) fetches = fewer;
  }
  std::string text = "; in a first run of";
  for (const Output& fetch : fetches) text += " '" + fetch.name() + "'";
  return text + ": " + difference_of(any, fetches, options) + listing(any, fetches);
}

/// How many of the graphs that were counted had what: operations by name, and passes that acted.
struct Counts {
  std::uint64_t graphs = 0;
  std::map<std::string, std::uint64_t> of;

  void add(const AnyGraph& any) {
    ++graphs;
    std::set<std::string> had;
    const Graph graph = any.grown.graph;
    const auto nodes = static_cast<NodeId>(graph.num_nodes());
    for (NodeId id = 0; id < nodes; ++id) had.emplace(graph.node(id).op->name);
    const std::size_t before = executable_mappings();
    Session session(graph, {.threads = 1});
    const Feeds feeds = any.grown.feeds(0);
    for (const std::vector<Output>& fetches : any.fetches)
      for (const Explanation::Pass& pass : session.explain(fetches, feeds).passes)
        if (pass.did != "unchanged") had.insert("pass " + pass.name);
    if (executable_mappings() > before) had.insert("generated code");
    for (const std::string& what : had) ++of[what];
  }

  /// In at least one graph in `share`.
  void check_in_one_of(std::uint64_t share, const std::string& what) const {
    const auto found = of.find(what);
    const std::uint64_t count = found == of.end() ? 0 : found->second;
    CHECK_MESSAGE(count * share >= graphs,
                  what << " is in " << count << " of " << graphs << " graphs");
  }
};

void check_graph(std::uint64_t seed, Counts& counts) {
  AnyGraph any(seed);
  const std::vector<Outcome> expected =
      outcomes_of(any, {.threads = 1, .optimizations = Optimizations::none()});
  for (const Mode& mode : modes_of(seed)) {
    const std::string text = difference(outcomes_of(any, mode.options), expected);
    if (text.empty()) continue;
    const std::string threads = std::to_string(mode.options.threads);
    FAIL_CHECK(mode.name << ", threads " << threads << ": " << text << culprits(any, mode.options));
  }
  if (seed % 4 == 0) counts.add(any);
}

TEST_CASE("random graphs are the same bytes in all modes") {
  Counts counts;
  for (std::uint64_t seed = 0; seed < graphs; ++seed) {
    CAPTURE(seed);
    check_graph(seed, counts);
  }
  if (sanitized) return;  // the graphs are too few to have everything
  for (const OpDef* op : builtin_ops()) counts.check_in_one_of(100, std::string(op->name));
  for (const char* pass : {"simplify", "fold constants", "merge duplicates", "fuse"})
    counts.check_in_one_of(10, std::string("pass ") + pass);
  if ((hwy::SupportedTargets() & HWY_AVX3) != 0) counts.check_in_one_of(20, "generated code");
}

/// Kernels of all kinds that are below the best which this processor has.
TEST_CASE("random graphs on lower instruction sets are the same bytes in all modes") {
  Counts counts;
  const std::vector<std::int64_t> targets = InstructionSet::all();
  for (std::size_t i = 1; i < targets.size(); ++i) {
    CAPTURE(targets[i]);
    const InstructionSet only(targets[i]);
    const std::uint64_t first = 1'000'000 * i;
    for (std::uint64_t seed = first; seed < first + graphs / 10; ++seed) {
      CAPTURE(seed);
      check_graph(seed, counts);
    }
  }
}

TEST_CASE("random graphs know every operation") {
  std::set<std::string_view> known;
  for (const GrowthRow& row : growth_rows()) known.insert(row.name);
  for (const OpDef* op : builtin_ops())
    CHECK_MESSAGE(known.count(op->name) == 1, std::string(op->name) << " has no row");
}

}  // namespace
}  // namespace deft
