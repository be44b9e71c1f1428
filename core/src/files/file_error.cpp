#include "files/file_error.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

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

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  if (byte(0) < 0x80) return 1;
  // 0xC0 and 0xC1 would begin overlong sequences, 0xF5 and above codes over 0x10FFFF.
  const std::size_t length = byte(0) < 0xC2 ? 0 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  if (length == 0 || byte(0) > 0xF4 || length > text.size()) return 0;
  std::uint32_t code = byte(0) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
    code = code << 6U | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return overlong || surrogate || code > 0x10FFFF ? 0 : length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
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
