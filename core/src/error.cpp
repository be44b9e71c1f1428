#include <deft/core/error.hpp>

#include <string>
#include <utility>

namespace deft {
namespace {

std::string describe(const ErrorInfo& info) {
  std::string text;
  if (info.where.line != 0) {
    text += info.where.file;
    text += ':' + std::to_string(info.where.line) + ": ";
  }
  text += info.op;
  if (!info.op.empty() && !info.node.empty()) text += ' ';
  if (!info.node.empty()) text += '\'' + info.node + '\'';
  if (!info.op.empty() || !info.node.empty()) text += ": ";
  text += info.message;
  if (!info.operands.empty()) text += " (inputs: " + info.operands + ')';
  if (!info.cure.empty()) text += "; " + info.cure;
  return text;
}

ErrorInfo internal_fault(const std::string& message, SourceLocation where) {
  ErrorInfo info;
  info.code = ErrorCode::internal;
  info.message = "internal error: " + message;
  info.cure = "this is a fault of deft itself: please report it with this text";
  info.where = where;
  return info;
}

}  // namespace

const char* to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::shape_mismatch:
      return "shape_mismatch";
    case ErrorCode::dtype_mismatch:
      return "dtype_mismatch";
    case ErrorCode::overflow:
      return "overflow";
    case ErrorCode::empty_handle:
      return "empty_handle";
    case ErrorCode::wrong_graph:
      return "wrong_graph";
    case ErrorCode::not_fed:
      return "not_fed";
    case ErrorCode::duplicate_feed:
      return "duplicate_feed";
    case ErrorCode::uninitialized_variable:
      return "uninitialized_variable";
    case ErrorCode::write_conflict:
      return "write_conflict";
    case ErrorCode::cycle:
      return "cycle";
    case ErrorCode::not_differentiable:
      return "not_differentiable";
    case ErrorCode::numeric:
      return "numeric";
    case ErrorCode::non_finite:
      return "non_finite";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::deadline_exceeded:
      return "deadline_exceeded";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::ranks_differ:
      return "ranks_differ";
    case ErrorCode::forked:
      return "forked";
    case ErrorCode::resource_exhausted:
      return "resource_exhausted";
    case ErrorCode::kernel_failure:
      return "kernel_failure";
    case ErrorCode::file_access:
      return "file_access";
    case ErrorCode::file_format:
      return "file_format";
    case ErrorCode::internal:
      return "internal";
  }
  return "unknown";
}

Error::Error(ErrorInfo info)
    : std::runtime_error(describe(info)),
      info_(std::make_shared<const ErrorInfo>(std::move(info))) {}

InternalError::InternalError(const std::string& message, SourceLocation where)
    : Error(internal_fault(message, where)) {}

}  // namespace deft
