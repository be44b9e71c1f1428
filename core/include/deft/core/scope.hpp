#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>

namespace deft {

/// While it lives, nodes that this thread adds to the graph are named "scope/...". Scopes nest;
/// destroy them in reverse order of construction, on the same thread.
class NameScope {
 public:
  NameScope(const Graph& graph, std::string_view name,
            SourceLocation where = SourceLocation::current());
  ~NameScope();
  NameScope(const NameScope&) = delete;
  NameScope& operator=(const NameScope&) = delete;

 private:
  Graph graph_;
  std::size_t outer_length_;  // of the prefix
};

/// While it lives, nodes that this thread adds to the graph run after `before` (control
/// dependencies). Nests as NameScope.
class ControlDependencies {
 public:
  ControlDependencies(const Graph& graph, const std::vector<Output>& before,
                      SourceLocation where = SourceLocation::current());
  ~ControlDependencies();
  ControlDependencies(const ControlDependencies&) = delete;
  ControlDependencies& operator=(const ControlDependencies&) = delete;

 private:
  Graph graph_;
  std::size_t outer_count_;
};

/// While it lives, nodes that this thread adds to the graph carry `where` instead of the line that
/// adds them: gradient rules run under the line of their forward node.
class ForwardLocation {
 public:
  ForwardLocation(const Graph& graph, SourceLocation where);
  ~ForwardLocation();
  ForwardLocation(const ForwardLocation&) = delete;
  ForwardLocation& operator=(const ForwardLocation&) = delete;

 private:
  Graph graph_;
  std::optional<SourceLocation> outer_;
};

}  // namespace deft
