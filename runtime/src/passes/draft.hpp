#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>

#include "../plan.hpp"

namespace deft {

/// A plan in the making: what the passes fill in, one after the other. Nodes are meant by their
/// position in `order`.
struct Draft {
  Graph graph;
  const PlanRequest& request;

  std::vector<NodeId> order = {};  // execution order
  std::vector<std::uint32_t> position =
      {};  // of a node in `order`, by NodeId; none: not part of it

  std::vector<ValueId> first_value =
      {};  // outputs of position i are values first_value[i] ... first_value[i + 1]
  std::vector<TensorSpec> specs = {};  // of the values, all dimensions known

  std::vector<bool> needed = {};  // to be done in every step, by position

  std::vector<std::uint32_t> first_input =
      {};  // position i reads inputs[first_input[i] ... first_input[i + 1]]
  std::vector<ValueId> inputs = {};
  std::vector<std::uint32_t> first_wait =
      {};  // and waits for positions waits[first_wait[i] ...], by data or control
  std::vector<std::uint32_t> waits = {};

  std::vector<PlanVariable> variables = {};
  std::vector<Kernel> kernels = {};  // by position
  std::vector<ValueId> roots = {};   // by value: whose bytes it has

  const Node& node(std::size_t at) const { return graph.node(order[at]); }
  ValueId value(Endpoint endpoint) const {
    return first_value[position[endpoint.node]] + endpoint.index;
  }
  std::span<const TensorSpec> outputs(std::size_t at) const {
    return {specs.data() + first_value[at], first_value[at + 1] - first_value[at]};
  }
  std::span<const ValueId> inputs_of(std::size_t at) const {
    return {inputs.data() + first_input[at], first_input[at + 1] - first_input[at]};
  }
  std::span<const std::uint32_t> waits_of(std::size_t at) const {
    return {waits.data() + first_wait[at], first_wait[at + 1] - first_wait[at]};
  }
};

// The passes, in the order in which `compile` runs them. Each says in a few words what it did.

/// Fills `order` and `position`: everything that the fetches depend on.
std::string collect(Draft& draft);

/// Fills `needed` and `waits`: drops what only the shape is asked of. Refuses placeholders without
/// a feed.
std::string prune(Draft& draft);

/// Fills `specs`: the shapes of this plan's feeds, carried through every op's rule.
std::string infer_shapes(Draft& draft);

/// Fills `inputs` and `variables`: which assign every read of a variable follows. Refuses unordered
/// assigns.
std::string order_effects(Draft& draft);

/// Fills `kernels` and `roots`.
std::string prepare_kernels(Draft& draft);

/// Takes `bytes` more of the plan's arena for node `node`, from a multiple of 64; returns where
/// they begin. Throws RunError if the arena's size overflows.
std::size_t take_arena(const Draft& draft, Plan& plan, NodeId node, std::size_t bytes);

/// Fills the plan's instructions, their successors and arguments.
std::string emit(const Draft& draft, Plan& plan);

/// Gives every value of the plan its storage.
std::string plan_memory(const Draft& draft, Plan& plan);

}  // namespace deft
