#pragma once

#include <cstddef>
#include <new>
#include <string>
#include <string_view>

#include <deft/core/error.hpp>
#include <deft/core/source_location.hpp>

namespace deft {

/// Throws a FileError: `message` names the file and what is wrong, `cure` what to do.
[[noreturn]] void throw_file_error(ErrorCode code, std::string message, std::string cure,
                                   SourceLocation where);

/// Throws a FileError that says why the system did not let deft `action` the file: `error_number`
/// is an errno.
[[noreturn]] void throw_access_error(const char* action, const std::string& path, int error_number,
                                     SourceLocation where);

/// Refuses a path that the system would take for a shorter one.
void check_path(const char* action, const std::string& path, SourceLocation where);

/// `text` fit for a line of a message: control characters and bytes that are not UTF-8 become '?',
/// and what is longer than `max_length` characters ends in "...".
std::string printable(std::string_view text, std::size_t max_length = 200);

/// At most 60 characters of it, in double quotes.
std::string quoted(std::string_view text);

/// What `f` returns. If the system refuses it memory, that is an Error as all others are.
template <class F>
auto with_memory_for(const std::string& path, SourceLocation where, const F& f) {
  try {
    return f();
  } catch (const std::bad_alloc&) {
    throw_file_error(ErrorCode::resource_exhausted,
                     "the system refused the memory that " + printable(path) + " needs",
                     "use smaller files or free memory", where);
  }
}

}  // namespace deft
