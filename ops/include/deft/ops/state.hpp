#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// Optional arguments of variable.
struct VariableOptions {
  /// Whether training may change it: what minimizers and lists of parameters look for. Default: if
  /// it is floating, which is also a condition.
  std::optional<bool> trainable = {};
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// A value that lives in a session from run to run; the initial value is assigned by its
/// initializer (see global_variables_initializer). Dtype and shape are those of the initial value
/// and must be fully defined. Every read sees the value at the start of the step unless it depends
/// on an assign.
Output variable(const Output& initial_value, const VariableOptions& options = {});
Output variable(const Graph& graph, Tensor initial_value, const VariableOptions& options = {});

/// Whether an output is what `variable` returned, and whether training may change it.
bool is_variable(const Output& output);
bool is_trainable(const Output& variable);

/// The variables that the graph has now, in the order in which they were made.
std::vector<Output> global_variables(const Graph& graph);

/// The graph's counter of training steps: the variable "step", an i64 scalar that starts at 0 and
/// is not trainable. The first call makes it. What a step of training draws at random, and which
/// data it sees, are functions of it. Throws GraphError if another node is named "step".
Output global_step(const Graph& graph, SourceLocation where = SourceLocation::current());

/// The operation that adds 1 to the global step: one in a graph, so that a step in which several
/// minimizers take part counts once.
Output advance_global_step(const Graph& graph, SourceLocation where = SourceLocation::current());

/// An operation that assigns its initial value to every variable that the graph has now. Make it
/// when the model is complete: a variable that is made later needs an initializer made later still,
/// or Session::set. (An operation never changes what it does, so this one cannot learn of it.)
Output global_variables_initializer(const Graph& graph, const NodeOptions& options = {});

/// Gives `variable` a new value, which is also the result. Same dtype and shape; nothing is
/// broadcast.
Output assign(const Output& variable, const Output& value, const NodeOptions& options = {});
Output assign_add(const Output& variable, const Output& delta, const NodeOptions& options = {});
Output assign_sub(const Output& variable, const Output& delta, const NodeOptions& options = {});

}  // namespace deft
