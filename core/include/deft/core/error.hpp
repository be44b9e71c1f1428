#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include <deft/core/source_location.hpp>

namespace deft {

/// What kind of fault an Error reports; stable, for programs that react to it.
enum class ErrorCode {
  invalid_argument,        // a value that is not allowed where it stands
  shape_mismatch,          // shapes that do not fit each other
  dtype_mismatch,          // element types that do not fit each other
  overflow,                // a size that does not fit in 64 bits, or a value that does not fit
                           // its dtype
  empty_handle,            // a default-constructed Output
  wrong_graph,             // outputs of different graphs
  not_fed,                 // a placeholder without a value
  duplicate_feed,          // a placeholder with two values
  uninitialized_variable,  // a variable read before it was assigned
  write_conflict,          // two unordered assigns to one variable
  cycle,                   // a control edge that closes a cycle
  not_differentiable,      // a gradient that does not exist
  numeric,                 // a value for which an operation is not defined
  non_finite,              // NaN or infinity, where RunOptions::check_numerics forbids them
  cancelled,               // a run that its stop token ended
  deadline_exceeded,       // a run that its timeout ended
  resource_exhausted,      // memory or threads that the system refused, or over a limit
  unavailable,             // a rank of a group of processes that ended, or cannot be reached
  ranks_differ,            // ranks of a group that are not about to do the same
  forked,                  // a session made, or a graph half built, before the process was forked
  kernel_failure,          // a kernel or a rule of an operation threw an exception that is not
                           // deft's
  file_access,             // a file that the system refuses to read or to write
  file_format,             // a file whose bytes are not what its format says, or are of a kind
                           // that deft does not read
  internal,                // a fault of deft itself
};

/// The name of a code, such as "shape_mismatch".
const char* to_string(ErrorCode code);

/// What an Error says. Empty fields are left out of the text.
struct ErrorInfo {
  ErrorCode code = ErrorCode::invalid_argument;
  std::string message = {};   // what is wrong, with both offending values
  std::string cure = {};      // what to do about it
  std::string op = {};        // name of the operation, such as "matmul"
  std::string node = {};      // name of the node, such as "layer/matmul_1"
  std::string operands = {};  // dtypes and shapes of the inputs
  SourceLocation where = {};  // the user's line
};

/// Base of everything that deft throws. `what()` reads
/// `file:line: op 'node': message (inputs: ...); cure`.
class Error : public std::runtime_error {
 public:
  explicit Error(ErrorInfo info);
  Error(const Error&) = default;  // and no move, which would leave an Error without an ErrorInfo
  Error& operator=(const Error&) = default;

  ErrorCode code() const { return info_->code; }
  const ErrorInfo& info() const { return *info_; }

 private:
  std::shared_ptr<const ErrorInfo> info_;  // shared: copying an exception must not throw
};

/// A Shape or Tensor that cannot be made, or is read as something that it is not.
class ValueError : public Error {
 public:
  using Error::Error;
};

/// A node that cannot be added to a graph.
class GraphError : public Error {
 public:
  using Error::Error;
};

/// A gradient that cannot be built.
class GradientError : public Error {
 public:
  using Error::Error;
};

/// A run that cannot be planned, or that failed.
class RunError : public Error {
 public:
  using Error::Error;
};

/// A file that cannot be read or written. The message names the file and, where its bytes are at
/// fault, the offset of the first that is.
class FileError : public Error {
 public:
  using Error::Error;
};

/// A fault of deft itself: please report it.
class InternalError : public Error {
 public:
  explicit InternalError(const std::string& message,
                         SourceLocation where = SourceLocation::current());
};

}  // namespace deft
