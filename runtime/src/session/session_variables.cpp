#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <deft/core/error.hpp>

#include "execution/run_scope.hpp"
#include "session_impl.hpp"

// What a program reads and writes of a session's variables beside its runs.

namespace deft {

Tensor Session::Impl::value(const Output& variable, SourceLocation where) const {
  check_process(where);
  const Node& node = check_variable(variable, where);
  std::optional<Tensor> value = variables.value(variable.node_id());
  if (value) return *std::move(value);
  throw RunError({.code = ErrorCode::uninitialized_variable,
                  .message = "has no value yet",
                  .cure = std::string(how_to_initialize),
                  .op = std::string(node.op->name),
                  .node = node.name(),
                  .where = where});
}

void Session::Impl::set(const Output& variable, const Tensor& value, SourceLocation where) {
  check_process(where);
  const Node& node = check_variable(variable, where);
  const auto refuse = [&](ErrorCode code, const std::string& message, const std::string& cure) {
    throw RunError({.code = code,
                    .message = message,
                    .cure = cure,
                    .op = std::string(node.op->name),
                    .node = node.name(),
                    .where = where});
  };
  const TensorSpec& wanted = node.outputs[0];
  if (value.spec() != wanted)
    refuse(value.dtype() == wanted.dtype ? ErrorCode::shape_mismatch : ErrorCode::dtype_mismatch,
           "is " + to_string(wanted) + ", but is set to " + to_string(value.spec()),
           "set a tensor of the variable's dtype and shape");
  if (RunScope::writing(&variables) != nullptr)
    refuse(ErrorCode::write_conflict,
           "is set within a run of the same session that assigns variables",
           "make it an assign of that run's graph, or set it between two runs");
  Tensor own = value.aligned(where);
  if (own.is_borrowed()) own.mutable_raw(where);  // a variable outlives what others lend
  const std::lock_guard turn(variables.writer());
  variables.set(variable.node_id(), own);
}

}  // namespace deft
