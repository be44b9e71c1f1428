#pragma once

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// A value that lives in a session from run to run; the initial value is assigned by its
/// initializer (see global_variables_initializer). Dtype and shape are those of the initial value
/// and must be fully defined. Every read sees the value at the start of the step unless it depends
/// on an assign.
Output variable(const Output& initial_value, const NodeOptions& options = {});
Output variable(const Graph& graph, Tensor initial_value, const NodeOptions& options = {});

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
