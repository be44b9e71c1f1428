#include "graph_def/text_scanner.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <deft/core/error.hpp>

#include "text.hpp"

namespace deft::tensorflow {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lowered(std::string_view word) {
  std::string lower(word);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | (code >> shift & 0x3FU));
  };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | code >> 6U);
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | code >> 12U);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | code >> 18U);
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

TextScanner::TextScanner(const WireSource& source) : source_(source), rest_(source.bytes) {}

void TextScanner::skip_space() {
  while (!rest_.empty()) {
    if (rest_.front() == '#')
      rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    else if (is_space(rest_.front()))
      rest_.remove_prefix(1);
    else
      return;
  }
}

bool TextScanner::done() {
  skip_space();
  return rest_.empty();
}

bool TextScanner::next_is(char c) {
  skip_space();
  return !rest_.empty() && rest_.front() == c;
}

bool TextScanner::next_is_text() { return next_is('"') || next_is('\''); }

bool TextScanner::next_is_name() {
  skip_space();
  return !rest_.empty() && is_letter(rest_.front());
}

bool TextScanner::accept(char c) {
  if (!next_is(c)) return false;
  rest_.remove_prefix(1);
  return true;
}

void TextScanner::expect(char c) {
  if (!accept(c)) fail(std::string("'") + c + "' is missing");
}

std::string_view TextScanner::name() {
  skip_space();
  if (next_is('[')) {
    const std::size_t end = rest_.find(']');
    if (end == std::string_view::npos) fail("']' is missing");
    const std::string_view taken = rest_.substr(0, end + 1);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  if (!next_is_name()) fail("a name is missing");
  return word();
}

/// Letters, digits, and what may stand in a number.
std::string_view TextScanner::word() {
  skip_space();
  const auto end = std::ranges::find_if_not(rest_, [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '+' || c == '-';
  });
  const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
  rest_.remove_prefix(taken.size());
  return taken;
}

std::string TextScanner::text() {
  if (!next_is_text()) fail("a text in quotes is missing");
  std::string whole;
  while (next_is_text()) whole += piece();
  return whole;
}

std::string TextScanner::piece() {
  const std::size_t begin = position();
  const char quote = rest_.front();
  rest_.remove_prefix(1);
  std::string out;
  for (;;) {
    if (rest_.empty() || rest_.front() == '\n') fail_at(begin, "the text does not end in its line");
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == quote) return out;
    if (c == '\\')
      append_escape(out);
    else
      out += c;
  }
}

std::uint32_t TextScanner::digits(unsigned base, std::size_t most, std::size_t least) {
  std::uint32_t number = 0;
  const std::string_view candidate = rest_.substr(0, most);
  const auto [end, problem] = std::from_chars(candidate.data(), candidate.data() + candidate.size(),
                                              number, static_cast<int>(base));
  const auto count = static_cast<std::size_t>(end - candidate.data());
  if (problem != std::errc{} || count < least) fail("an escape lacks digits");
  rest_.remove_prefix(count);
  return number;
}

void TextScanner::append_escape(std::string& out) {
  constexpr std::string_view letters = "abfnrtv\\'\"?";
  constexpr std::string_view meant = "\a\b\f\n\r\t\v\\'\"?";
  if (rest_.empty()) fail("the text ends within an escape");
  const char c = rest_.front();
  if (c >= '0' && c <= '7') {
    const std::uint32_t code = digits(8, 3, 1);
    if (code > 0xFF) fail("an octal escape is over 377");
    out += static_cast<char>(code);
    return;
  }
  rest_.remove_prefix(1);
  const std::size_t at = letters.find(c);
  if (at != std::string_view::npos) {
    out += meant[at];
  } else if (c == 'x' || c == 'X') {
    out += static_cast<char>(digits(16, 2, 1));
  } else if (c == 'u' || c == 'U') {
    const std::size_t count = c == 'u' ? 4 : 8;
    const std::uint32_t code = digits(16, count, count);
    if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) fail("an escape is no character");
    append_utf8(out, code);
  } else {
    fail(std::string("'\\") + (c >= ' ' && c < '\x7F' ? std::string(1, c) : "?") +
         "' is no escape");
  }
}

std::uint64_t TextScanner::integer() {
  const std::size_t begin = position();
  const bool is_negative = accept('-');
  std::string_view digits = word();
  int base = 10;
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    base = 16;
    digits.remove_prefix(2);
  } else if (digits.size() > 1 && digits[0] == '0') {
    base = 8;
  }
  std::uint64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stopped, problem] = std::from_chars(digits.data(), end, number, base);
  if (problem == std::errc::result_out_of_range ||
      (is_negative && number > std::uint64_t{1} << 63U))
    fail_at(begin, "a number does not fit in 64 bits");
  if (problem != std::errc{} || stopped != end) fail_at(begin, "an integer is missing");
  return is_negative ? 0 - number : number;
}

double TextScanner::number() {
  const std::size_t begin = position();
  const bool is_negative = accept('-');
  std::string_view digits = word();
  const std::string lower = lowered(digits);
  double number = 0;
  if (lower == "inf" || lower == "infinity" || lower == "inff") {
    number = std::numeric_limits<double>::infinity();
  } else if (lower == "nan" || lower == "nanf") {
    number = std::numeric_limits<double>::quiet_NaN();
  } else {
    if (lower.ends_with('f') && !lower.starts_with("0x")) digits.remove_suffix(1);
    const char* const end = digits.data() + digits.size();
    const auto [stopped, problem] = std::from_chars(digits.data(), end, number);
    const bool is_number = !digits.empty() && (is_digit(digits[0]) || digits[0] == '.');
    if (!is_number || problem == std::errc::invalid_argument || stopped != end)
      fail_at(begin, "a number is missing");
    if (problem == std::errc::result_out_of_range)
      fail_at(begin, "a number is too large or too small");
  }
  return is_negative ? -number : number;
}

bool TextScanner::boolean() {
  const std::size_t begin = position();
  const std::string_view given = word();
  constexpr std::array<std::string_view, 4> yes{"true", "True", "t", "1"};
  constexpr std::array<std::string_view, 4> no{"false", "False", "f", "0"};
  if (std::ranges::find(yes, given) != yes.end()) return true;
  if (std::ranges::find(no, given) != no.end()) return false;
  fail_at(begin, "true or false is missing");
}

std::size_t TextScanner::position() {
  skip_space();
  return source_.bytes.size() - rest_.size();
}

void TextScanner::fail(const std::string& problem) { fail_at(position(), problem); }

void TextScanner::fail_at(std::size_t position, const std::string& problem) const {
  const std::string_view before = source_.bytes.substr(0, position);
  const auto line = std::ranges::count(before, '\n') + 1;
  const std::size_t column = position - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
  throw FileError({.code = ErrorCode::file_format,
                   .message = in_quotes(source_.name) + ": line " + std::to_string(line) +
                              ", column " + std::to_string(column) + ": " + problem,
                   .cure = "give a graph in the text format of Protocol Buffers",
                   .where = source_.where});
}

}  // namespace deft::tensorflow
