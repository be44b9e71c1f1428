#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>

#include "execution/interrupt.hpp"
#include "lists.hpp"
#include "plan.hpp"

namespace deft {

/// What a step computes at one position: at first a node of the graph as it stands; the passes that
/// make a plan faster may put something else there that gives the same values.
struct Operation {
  const OpDef* op = nullptr;
  const Attributes* attributes = nullptr;
};

/// Positions in an order in which they can run.
using Members = std::vector<std::uint32_t>;

/// What leaves a run.
struct DraftFetch {
  ValueId value = none;  // none: of an operation without output
  NodeId node = 0;
  std::uint32_t at = 0;  // the position of the node
};

/// Operations that become one instruction.
struct FusedGroupDraft {
  std::vector<Members> programs = {};  // that of operations over rows, then those of epilogues
  std::uint32_t leader = none;  // the product whose rows they take block by block, if there is one
  Members feeding = {};         // the program that makes the rows of the leader's first operand
  Members members = {};         // the feeding program, the leader, and those of all other programs
  Kernel kernel = {};
  std::vector<ValueId> inputs = {};   // of the kernel
  std::vector<ValueId> outputs = {};  // of the kernel
  Members renamings = {};             // members that compute nothing: they come after the kernel
};

/// A plan in the making: what the passes fill in, one after the other. Nodes are meant by their
/// position in `order`.
struct Draft {
  Graph graph;
  const PlanRequest& request;
  const PlanOptions& options;

  std::unordered_map<NodeId, const Shape*> fed_shapes = {};  // of the request's feeds

  std::vector<NodeId> order = {};            // execution order
  std::vector<std::uint32_t> position = {};  // of a node in `order`, by NodeId; none: not in it
  std::vector<Operation> operations = {};    // by position

  // Outputs of position i are values first_value[i] ... first_value[i + 1].
  std::vector<ValueId> first_value = {};
  std::vector<const TensorSpec*> specs = {};          // of the values, all dimensions known
  std::deque<std::vector<TensorSpec>> inferred = {};  // the specs that are not the graph's

  std::vector<DraftFetch> fetches = {};
  std::vector<ValueId> fed = {};  // values from outside, beside the request's feeds

  std::vector<bool> needed = {};  // to be done in every step, by position

  Lists inputs = {};  // by position: the values that it reads
  Lists waits = {};   // by position: those that it waits for, by data or control, ascending
  // Of these by control: (waiting position, position waited for), ascending.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> controls = {};

  std::vector<ValueId> same_as = {};  // by value: the one that has taken its place; itself if none
  std::vector<bool> pinned = {};      // by position: no pass may replace it
  std::deque<Attributes> attributes = {};  // of operations that are not the graph's

  std::vector<FusedGroupDraft> groups = {};
  std::vector<std::uint32_t> group_of = {};  // by position; none: computed by itself; or empty
  std::unordered_map<std::uint32_t, Kernel> prepared = {};  // by position, where `emit` finds them

  std::vector<PlanVariable> variables = {};

  std::shared_ptr<StepGroup> step_group = {};  // whose processes take the steps together; or null

  const Node& node(std::size_t at) const { return graph.node(order[at]); }
  const OpDef& op(std::size_t at) const { return *operations[at].op; }
  ValueId value(Endpoint endpoint) const {
    return first_value[position[endpoint.node]] + endpoint.index;
  }
  std::span<const TensorSpec> outputs(std::size_t at) const {
    const std::size_t count = first_value[at + 1] - first_value[at];
    return {count == 0 ? nullptr : specs[first_value[at]], count};
  }
  std::span<const ValueId> inputs_of(std::size_t at) const { return inputs[at]; }
  std::span<const std::uint32_t> waits_of(std::size_t at) const { return waits[at]; }
};

/// Throws Interrupted if the run that waits for the plan is to end. Passes call it at every
/// position; it looks at the clock at some of them.
inline void check_interrupt(const Draft& draft, std::size_t at = 0) {
  constexpr std::size_t positions_between_looks = 64;
  if (draft.request.interrupt != nullptr && at % positions_between_looks == 0)
    draft.request.interrupt->check();
}

// The passes, in the order in which `compile` runs them. Each says in a few words what it did.
// Those that follow upon `fuse` are in emit/emission.hpp.

/// Fills `fed_shapes`, `order` and `position`: everything that the fetches depend on.
std::string collect(Draft& draft);

/// Fills `needed` and `waits`: drops what only the shape is asked of. Refuses placeholders without
/// a feed.
std::string prune(Draft& draft);

/// Fills `step_group`, and lets each operation that its processes do together wait for the one
/// before.
std::string order_collectives(Draft& draft);

/// Fills `specs`: the shapes of this plan's feeds, carried through every op's rule.
std::string infer_shapes(Draft& draft);

/// Fills `inputs` and `variables`: which assign every read of a variable follows. Refuses unordered
/// assigns.
std::string order_effects(Draft& draft);

// Passes that make the step faster, and change no bit of what it computes. They replace operations
// and inputs where they stand, or append constants.

/// Computes what depends on constants alone.
std::string fold_constants(Draft& draft);

/// Applies the identities of OpDef::simplify.
std::string simplify(Draft& draft);

/// Lets equal operations on equal inputs be one.
std::string merge_duplicates(Draft& draft);

/// Updates `needed` and `waits` to what the passes above have left.
std::string drop_unused(Draft& draft);

// Passes of SessionOptions::numerics other than exact. They may add operations.

/// Replaces affine expressions of what varies from step to step, where that saves arithmetic, by
/// expressions in f64 in which the products of invariant matrices are multiplied out.
std::string multiply_out(Draft& draft, std::vector<Explanation::Rewrite>& rewrites);

/// Puts the products of a chain into the order that takes least arithmetic.
std::string order_chains(Draft& draft, std::vector<Explanation::Rewrite>& rewrites);

/// Takes what is the same in all steps of a run out of the steps: computes it now if constants
/// alone decide it and it does not take long; else puts it into `once`, a draft that is fed the
/// variables `once_variables` (indices) beside the request's feeds.
std::string hoist(Draft& draft, std::unique_ptr<Draft>& once,
                  std::vector<std::uint32_t>& once_variables);

/// Fills `groups`: operations that go over the same rows become one.
std::string fuse(Draft& draft);

}  // namespace deft
