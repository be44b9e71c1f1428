#include <deft/core/scope.hpp>

#include <algorithm>
#include <utility>

#include <deft/core/error.hpp>

#include "graph_state.hpp"

namespace deft {
namespace {

/// Enters a scope of this thread: `change` changes what the thread's scopes add to nodes, under the
/// graph's lock. If `change` throws, it has changed nothing.
template <class Change>
auto enter(GraphState& state, SourceLocation where, Change change) {
  const BuildLock lock(state.mutex, where);
  BuildScope& scope = state.scopes[std::this_thread::get_id()];
  auto previous = change(scope);
  ++scope.living;
  return previous;
}

/// Leaves a scope of this thread, without asking for memory. In a forked child that has inherited a
/// half-built graph nothing is left: to add a node is refused there.
template <class Change>
void leave(GraphState& state, Change change) noexcept {
  try {
    const BuildLock lock(state.mutex);
    const auto found = state.scopes.find(std::this_thread::get_id());
    if (found == state.scopes.end()) return;  // ended on another thread than it began
    change(found->second);
    if (--found->second.living == 0) state.scopes.erase(found);
  } catch (const GraphError&) {
  }
}

}  // namespace

NameScope::NameScope(const Graph& graph, std::string_view name, SourceLocation where)
    : graph_(graph) {
  if (name.empty() || !is_valid_name(name))
    throw GraphError({.message = "'" + std::string(name) + "' is no name for a scope",
                      .cure = "use letters, digits and _ . - /",
                      .where = where});
  const bool is_absolute = name.front() == '/';
  const std::string own = std::string(is_absolute ? name.substr(1) : name) + "/";
  outer_ = enter(*graph_.state_, where, [&](BuildScope& scope) {
    std::string inner = (is_absolute ? "" : scope.prefix) + (own == "/" ? "" : own);
    return std::exchange(scope.prefix, std::move(inner));
  });
}

NameScope::~NameScope() {
  leave(*graph_.state_, [&](BuildScope& scope) { scope.prefix.swap(outer_); });
}

ControlDependencies::ControlDependencies(const Graph& graph, const std::vector<Output>& before,
                                         SourceLocation where)
    : graph_(graph) {
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::string which = "control dependency " + std::to_string(i);
    if (before[i].is_empty())
      throw GraphError({.code = ErrorCode::empty_handle,
                        .message = which + " is an empty Output",
                        .cure = "give it the result of a builder",
                        .where = where});
    if (!(before[i].graph() == graph))
      throw GraphError({.code = ErrorCode::wrong_graph,
                        .message = which + ", '" + before[i].name() + "', belongs to another graph",
                        .cure = "order nodes of one graph",
                        .where = where});
  }
  outer_count_ = enter(*graph_.state_, where, [&](BuildScope& scope) {
    const std::size_t count = scope.control_inputs.size();
    scope.control_inputs.reserve(count + before.size());
    for (const Output& output : before) scope.control_inputs.push_back(output.node_id());
    return count;
  });
}

ControlDependencies::~ControlDependencies() {
  leave(*graph_.state_, [&](BuildScope& scope) {
    scope.control_inputs.resize(std::min(outer_count_, scope.control_inputs.size()));
  });
}

ForwardLocation::ForwardLocation(const Graph& graph, SourceLocation where, Outer outer)
    : graph_(graph) {
  outer_ = enter(*graph_.state_, where, [&](BuildScope& scope) {
    const bool keep = outer == Outer::kept && scope.forward;
    return std::exchange(scope.forward, keep ? *scope.forward : where);
  });
}

ForwardLocation::~ForwardLocation() {
  leave(*graph_.state_, [&](BuildScope& scope) { scope.forward = outer_; });
}

}  // namespace deft
