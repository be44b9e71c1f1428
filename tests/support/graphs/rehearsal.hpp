#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include <deft/deft.hpp>

#include "support/ops/staged_faults.hpp"

namespace deft::staged {

/// Fans, chains and split kernels that end in a join, and from there on again to three variables.
class Play {
 public:
  Play() {
    std::vector<Output> ends = {add_blocks(12, {b})};
    for (std::size_t i = 0; i < 5; ++i) ends.push_back(add({i % 2 == 0 ? a : b, c}));
    for (std::size_t i = 1; i < 4; ++i) ends[i] = add({add({ends[i]}), a});
    join_ = num_sites();
    const Output join = add(ends);
    const Output cut = add_blocks(5, {join, c});
    const Output first = assign(c, add({join, ends[2]}));
    const Output left = add({add({join, cut}), ends[0]});
    step = group({assign(a, add({left, cut})), assign(b, add({left, b})),
                  assign_add(c, add({first, join}))});
    initialize = global_variables_initializer(graph);
  }

  std::size_t num_sites() const { return node_of_.size(); }
  const Node& node(std::size_t site) const { return graph.node(node_of_[site]); }

  /// True if every write depends on the site by way of the join.
  bool precedes_join(std::size_t site) const { return site < join_; }

  /// True if site `later` may only be passed after site `earlier`.
  bool must_follow(std::size_t later, std::size_t earlier) const {
    if (node_of_[later] != node_of_[earlier]) return depends(node_of_[later], node_of_[earlier]);
    const bool is_last = later + 1 == num_sites() || node_of_[later + 1] != node_of_[later];
    return is_last && later != earlier;
  }

  /// All sites as one thread passes them.
  std::vector<std::size_t> plan_order() const {
    Session session(graph, {.threads = 1});
    stage.prepare({});
    session.run(initialize);
    session.run(step);
    std::vector<std::size_t> sites(num_sites());
    std::iota(sites.begin(), sites.end(), std::size_t{0});
    std::sort(sites.begin(), sites.end(),
              [](std::size_t x, std::size_t y) { return stage.when[x] < stage.when[y]; });
    return sites;
  }

  Graph graph;
  Output a = variable(graph, Tensor::from<std::int64_t>({width}, {1, 2, 3, 4}), {.name = "a"});
  Output b = variable(graph, Tensor::from<std::int64_t>({width}, {5, 6, 7, 8}), {.name = "b"});
  Output c = variable(graph, Tensor::from<std::int64_t>({width}, {9, 8, 7, 6}), {.name = "c"});
  Output initialize;
  Output step;

 private:
  Output add(const std::vector<Output>& inputs) {
    const auto site = static_cast<std::int64_t>(num_sites());
    const Output result = add_node(whole, inputs, {{"site", site}}, {});
    node_of_.push_back(result.node_id());
    return result;
  }

  Output add_blocks(std::int64_t blocks, const std::vector<Output>& inputs) {
    const auto site = static_cast<std::int64_t>(num_sites());
    const Output result = add_node(blockwise, inputs, {{"site", site}, {"blocks", blocks}}, {});
    node_of_.insert(node_of_.end(), static_cast<std::size_t>(blocks) + 1, result.node_id());
    return result;
  }

  bool depends(NodeId later, NodeId earlier) const {
    if (later == earlier) return true;
    const auto inputs = graph.node(later).inputs;
    return std::any_of(inputs.begin(), inputs.end(),
                       [&](Endpoint input) { return depends(input.node, earlier); });
  }

  std::vector<NodeId> node_of_;  // by site
  std::size_t join_ = 0;
};

/// A session under test beside one of a single thread, without faults, that shows what its
/// variables must be.
class Rehearsal {
 public:
  Rehearsal(const Play& play, const SessionOptions& options)
      : play_(play), tested_(play.graph, options), calm_(play.graph, {.threads = 1}) {
    stage.prepare({});
    tested_.run(play.initialize);
    calm_.run(play.initialize);
  }

  /// Runs the session under test, where `faults` happen. The run listens to `stage.stop` if one of
  /// them needs that.
  void run(std::vector<Fault> faults, RunOptions options = {}) {
    stage.prepare(std::move(faults));
    for (const Fault& fault : stage.faults)
      if (fault.act == Act::request_stop || fault.act == Act::await_stop)
        options.stop = stage.stop.get_token();
    tested_.run(play_.step, options);
  }

  /// One step without faults.
  void run_calmly() {
    stage.prepare({});
    tested_.run(play_.step);
  }

  /// From now on, variables are expected to be `steps` steps further.
  void expect_steps(std::int64_t steps) {
    const std::vector<Fault> faults = std::exchange(stage.faults, {});
    if (steps > 0) calm_.run(play_.step, {.steps = steps});
    stage.faults = faults;
  }

  bool variables_are_as_expected() {
    const std::vector<Tensor> found = tested_.run({play_.a, play_.b, play_.c});
    const std::vector<Tensor> expected = calm_.run({play_.a, play_.b, play_.c});
    return std::equal(found.begin(), found.end(), expected.begin(), expected.end(),
                      [](const Tensor& x, const Tensor& y) { return bitwise_equal(x, y); });
  }

 private:
  const Play& play_;
  Session tested_;
  Session calm_;
};

}  // namespace deft::staged
