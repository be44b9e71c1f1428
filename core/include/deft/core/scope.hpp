#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>

namespace deft {

/// While it lives, nodes that this thread adds to the graph are named "scope/...". Scopes nest, but
/// for those whose name begins with "/", which leave out what is around them: inside
/// NameScope(graph, "/") names are as without any scope. Destroy scopes in reverse order of
/// construction, on the same thread.
class NameScope {
 public:
  NameScope(const Graph& graph, std::string_view name,
            SourceLocation where = SourceLocation::current());
  ~NameScope();
  NameScope(const NameScope&) = delete;
  NameScope& operator=(const NameScope&) = delete;

 private:
  Graph graph_;
  std::string outer_;  // prefix
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
/// adds them: gradient rules run under the line of their forward node. Builders that are made of
/// others run under the line of their caller, unless a scope around them has one already
/// (Outer::kept).
class ForwardLocation {
 public:
  enum class Outer { replaced, kept };

  ForwardLocation(const Graph& graph, SourceLocation where, Outer outer = Outer::replaced);
  ~ForwardLocation();
  ForwardLocation(const ForwardLocation&) = delete;
  ForwardLocation& operator=(const ForwardLocation&) = delete;

 private:
  Graph graph_;
  std::optional<SourceLocation> outer_;
};

}  // namespace deft
