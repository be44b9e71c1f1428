#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <deft/core/error.hpp>

#include "execution/run_scope.hpp"
#include "session_impl.hpp"

// What a program reads and writes of a session's variables beside its runs.

namespace deft {
namespace {

[[noreturn]] void refuse_value(const Node& node, ErrorCode code, const std::string& message,
                               const std::string& cure, SourceLocation where) {
  throw RunError({.code = code,
                  .message = message,
                  .cure = cure,
                  .op = std::string(node.op->name),
                  .node = node.name(),
                  .where = where});
}

/// The value as a variable of `node` keeps it: aligned, and its own, since a variable outlives what
/// others lend.
Tensor owned_value(const Node& node, const Tensor& value, SourceLocation where) {
  const TensorSpec& wanted = node.outputs[0];
  if (value.spec() != wanted)
    refuse_value(
        node, value.dtype() == wanted.dtype ? ErrorCode::shape_mismatch : ErrorCode::dtype_mismatch,
        "is " + to_string(wanted) + ", but is set to " + to_string(value.spec()),
        "set a tensor of the variable's dtype and shape", where);
  Tensor own = value.aligned(where);
  if (own.is_borrowed()) own.mutable_raw(where);
  return own;
}

}  // namespace

std::vector<Tensor> Session::Impl::values(const std::vector<Output>& of,
                                          SourceLocation where) const {
  check_process(where);
  std::vector<NodeId> ids;
  for (const Output& variable : of) {
    check_variable(variable, where);
    ids.push_back(variable.node_id());
  }
  std::vector<Tensor> values;
  for (std::optional<Tensor>& value : variables.values(ids)) {
    if (!value)
      refuse_value(of[values.size()].node(), ErrorCode::uninitialized_variable, "has no value yet",
                   std::string(how_to_initialize), where);
    values.push_back(*std::move(value));
  }
  return values;
}

void Session::Impl::set(const std::vector<std::pair<Output, Tensor>>& values,
                        SourceLocation where) {
  check_process(where);
  std::vector<std::pair<NodeId, Tensor>> own;
  for (const auto& [variable, value] : values) {
    const Node& node = check_variable(variable, where);
    own.emplace_back(variable.node_id(), owned_value(node, value, where));
    if (RunScope::writing(&variables) != nullptr)
      refuse_value(node, ErrorCode::write_conflict,
                   "is set within a run of the same session that assigns variables",
                   "make it an assign of that run's graph, or set it between two runs", where);
  }
  const std::lock_guard turn(variables.writer());
  variables.set(own);
}

}  // namespace deft
