#include "files/file_error.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include <deft/core/utf8.hpp>

namespace deft {

void throw_file_error(ErrorCode code, std::string message, std::string cure, SourceLocation where) {
  ErrorInfo info;
  info.code = code;
  info.message = std::move(message);
  info.cure = std::move(cure);
  info.where = where;
  throw FileError(std::move(info));
}

void throw_access_error(const char* action, const std::string& path, int error_number,
                        SourceLocation where) {
  throw_file_error(ErrorCode::file_access,
                   std::string("cannot ") + action + ' ' + printable(path) + ": " +
                       std::generic_category().message(error_number),
                   "", where);
}

void check_path(const char* action, const std::string& path, SourceLocation where) {
  if (path.find('\0') != std::string::npos) throw_access_error(action, path, EINVAL, where);
}

std::string printable(std::string_view text, std::size_t max_length) {
  std::string result;
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == max_length) return result + "...";
    const std::size_t length = utf8_length(text);
    const auto first = static_cast<std::uint8_t>(text[0]);
    const bool control =
        first < 0x20 || first == 0x7F || (first == 0xC2 && length == 2 && text[1] < '\xA0');
    if (length == 0 || control) {
      result += '?';
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

std::string quoted(std::string_view text) { return '"' + printable(text, 60) + '"'; }

}  // namespace deft
