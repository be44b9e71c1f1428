#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/graph.hpp>
#include <deft/core/scope.hpp>

namespace deft {

/// A builder that is made of others, such as a layer or a loss, at work: while it lives, nodes
/// carry the line of its caller.
///
///     Output softmax(const Output& x, const SoftmaxOptions& options) {
///       const Composite made(x, "softmax", {options.name, options.where});
///       const Output e = made.inside([&] { return exp(...); });  // named "softmax/exp"
///       return div(e, ..., made.result());                       // named "softmax"
///     }
class Composite {
 public:
  /// `x` is the operand that tells the graph. Throws GraphError if it is empty.
  Composite(const Output& x, std::string_view op, const NodeOptions& options)
      : graph_(x.graph(options.where)),
        op_(op),
        name_(options.name.empty() ? op : options.name),
        where_(options.where),
        location_(graph_, where_, ForwardLocation::Outer::kept) {}

  /// What `build` returns, which names its nodes under the name of the result.
  template <class Build>
  auto inside(const Build& build) const {
    const NameScope scope(graph_, name_, where_);
    return build();
  }

  /// The options of the node that is the result.
  NodeOptions result() const { return {.name = name_, .where = where_}; }

  const Graph& graph() const { return graph_; }

  /// Throws a GraphError of this builder.
  [[noreturn]] void refuse(ErrorCode code, std::string message, std::string cure) const {
    throw GraphError({.code = code,
                      .message = std::move(message),
                      .cure = std::move(cure),
                      .op = op_,
                      .node = name_,
                      .where = where_});
  }

 private:
  Graph graph_;
  std::string op_;
  std::string name_;
  SourceLocation where_;
  ForwardLocation location_;
};

}  // namespace deft
