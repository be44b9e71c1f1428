#pragma once

#include <string>
#include <utility>

#include <deft/core/error.hpp>

namespace deft {

/// Throws a ValueError: `message` names the offending values, `cure` what to do.
[[noreturn]] inline void throw_value_error(ErrorCode code, std::string message, std::string cure,
                                           SourceLocation where) {
  ErrorInfo info;
  info.code = code;
  info.message = std::move(message);
  info.cure = std::move(cure);
  info.where = where;
  throw ValueError(std::move(info));
}

}  // namespace deft
