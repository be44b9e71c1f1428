#include <deft/core/scope.hpp>

#include <algorithm>
#include <utility>

#include <deft/core/error.hpp>

#include "graph_state.hpp"

namespace deft {
namespace {

/// Changes this thread's scope under the graph's lock; an empty scope is not kept.
template <class Change>
auto change_scope(GraphState& state, Change change) {
  const std::lock_guard lock(state.mutex);
  BuildScope& scope = state.scopes[std::this_thread::get_id()];
  const auto previous = change(scope);
  if (scope.empty()) state.scopes.erase(std::this_thread::get_id());
  return previous;
}

}  // namespace

NameScope::NameScope(const Graph& graph, std::string_view name, SourceLocation where)
    : graph_(graph) {
  if (name.empty() || !is_valid_name(name))
    throw GraphError({.message = "'" + std::string(name) + "' is no name for a scope",
                      .cure = "use letters, digits and _ . - /",
                      .where = where});
  outer_length_ = change_scope(*graph_.state_, [&](BuildScope& scope) {
    const std::size_t length = scope.prefix.size();
    scope.prefix.append(name).append("/");
    return length;
  });
}

NameScope::~NameScope() {
  change_scope(*graph_.state_, [&](BuildScope& scope) {
    scope.prefix.resize(std::min(outer_length_, scope.prefix.size()));
    return 0;
  });
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
  outer_count_ = change_scope(*graph_.state_, [&](BuildScope& scope) {
    const std::size_t count = scope.control_inputs.size();
    for (const Output& output : before) scope.control_inputs.push_back(output.node_id());
    return count;
  });
}

ControlDependencies::~ControlDependencies() {
  change_scope(*graph_.state_, [&](BuildScope& scope) {
    scope.control_inputs.resize(std::min(outer_count_, scope.control_inputs.size()));
    return 0;
  });
}

ForwardLocation::ForwardLocation(const Graph& graph, SourceLocation where) : graph_(graph) {
  outer_ = change_scope(*graph_.state_,
                        [&](BuildScope& scope) { return std::exchange(scope.forward, where); });
}

ForwardLocation::~ForwardLocation() {
  change_scope(*graph_.state_,
               [&](BuildScope& scope) { return std::exchange(scope.forward, outer_); });
}

}  // namespace deft
