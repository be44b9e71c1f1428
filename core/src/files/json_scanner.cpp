#include "files/json_scanner.hpp"

#include <charconv>

#include <deft/core/utf8.hpp>

#include "files/file_error.hpp"

namespace deft {
namespace {

void append_utf8(std::string& to, std::uint32_t code) {
  const auto add = [&](std::uint32_t byte) { to += static_cast<char>(byte); };
  const auto follow = [&](unsigned shift) { add(0x80U | (code >> shift & 0x3FU)); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0U | code >> 6U);
    follow(0);
  } else if (code < 0x10000) {
    add(0xE0U | code >> 12U);
    follow(6);
    follow(0);
  } else {
    add(0xF0U | code >> 18U);
    follow(12);
    follow(6);
    follow(0);
  }
}

}  // namespace

std::uint64_t JsonScanner::position() {
  skip_spaces();
  return offset_ + at_;
}

bool JsonScanner::next_is(char c) {
  skip_spaces();
  return at_ < text_.size() && text_[at_] == c;
}

void JsonScanner::take(char c) {
  if (!next_is(c)) {
    fail(std::string("a ") + c + " is needed here, but " +
         (at_ == text_.size() ? "the header ends" : quoted(text_.substr(at_, 1)) + " stands"));
  }
  ++at_;
}

bool JsonScanner::take_word(std::string_view word) {
  skip_spaces();
  const bool found = text_.substr(at_).starts_with(word);
  if (found) at_ += word.size();
  return found;
}

std::string JsonScanner::take_string() {
  take('"');
  std::string result;
  for (;;) {
    if (at_ == text_.size()) fail("a string is not closed");
    const char c = text_[at_];
    if (c == '"') break;
    if (static_cast<unsigned char>(c) < 0x20) fail("a control character stands in a string");
    if (c == '\\') {
      take_escape(result);
      continue;
    }
    const std::size_t length = utf8_length(text_.substr(at_));
    if (length == 0) fail("a string is not UTF-8");
    result += text_.substr(at_, length);
    at_ += length;
  }
  ++at_;
  return result;
}

void JsonScanner::take_escape(std::string& to) {
  constexpr std::string_view letters = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  ++at_;
  const char letter = at_ < text_.size() ? text_[at_] : '\0';
  const std::size_t found = letters.find(letter);
  if (found != std::string_view::npos) {
    ++at_;
    to += meanings[found];
    return;
  }
  if (letter != 'u') fail("a \\ stands before what is no escape");
  ++at_;
  std::uint32_t code = take_hex();
  if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
    at_ += 2;
    const std::uint32_t low = take_hex();
    if (low < 0xDC00 || low > 0xDFFF) fail("half of a surrogate pair stands alone");
    code = 0x10000U + ((code - 0xD800U) << 10U) + (low - 0xDC00U);
  }
  if (code >= 0xD800 && code <= 0xDFFF) fail("half of a surrogate pair stands alone");
  append_utf8(to, code);
}

std::uint32_t JsonScanner::take_hex() {
  std::uint32_t code = 0;
  const std::string_view digits = text_.substr(at_, 4);
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, code, 16);
  if (error != std::errc() || stop != end || digits.size() != 4) fail("\\u needs four hex digits");
  at_ += 4;
  return code;
}

std::uint64_t JsonScanner::take_integer() {
  skip_spaces();
  std::uint64_t value = 0;
  const char* const begin = text_.data() + at_;
  const char* const end = text_.data() + text_.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  const bool leading_zero = stop - begin > 1 && *begin == '0';
  const bool goes_on = stop != end && (*stop == '.' || *stop == 'e' || *stop == 'E');
  if (error != std::errc() || leading_zero || goes_on) {
    fail("an integer from 0 to 2^64 - 1 is needed here");
  }
  at_ += static_cast<std::size_t>(stop - begin);
  return value;
}

void JsonScanner::take_end() {
  skip_spaces();
  if (at_ != text_.size()) fail("the header goes on behind its object");
}

void JsonScanner::fail(const std::string& problem, const char* cure) const {
  reader_.fail_at(offset_ + at_, problem, cure);
}

void JsonScanner::skip_spaces() {
  const std::size_t next = text_.find_first_not_of(" \t\n\r", at_);
  at_ = next == std::string_view::npos ? text_.size() : next;
}

}  // namespace deft
