#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/source_location.hpp>
#include <deft/core/utf8.hpp>

namespace deft {

/// Throws the FileError about an argument that cannot be written to an event file.
[[noreturn]] inline void refuse_event(ErrorCode code, std::string message, std::string cure,
                                      SourceLocation where) {
  throw FileError({.code = code,
                   .message = std::move(message),
                   .cure = std::move(cure),
                   .op = "EventWriter",
                   .where = where});
}

/// Refuses a text that Protocol Buffers do not know as a string. `what` is "the text 'notes'".
inline void check_utf8(std::string_view text, const std::string& what, SourceLocation where) {
  if (is_utf8(text)) return;
  refuse_event(ErrorCode::invalid_argument, what + " is not UTF-8, but TensorBoard reads no other",
               "convert it to UTF-8", where);
}

}  // namespace deft
