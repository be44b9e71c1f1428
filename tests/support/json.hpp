#pragma once

#include <charconv>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace deft {

/// A JSON value, for tests: throws std::runtime_error for all that RFC 8259 does not allow, and for
/// escaped surrogates, which nothing here writes.
struct Json {
  enum class Kind { number, string, array, object, word };

  Kind kind = Kind::number;
  double number = 0;
  std::string text;         // of a string, the digits of a number; or true, false, null
  std::vector<Json> items;  // of an array or an object
  std::string name;         // of a member of an object

  const Json& operator[](std::size_t i) const { return items.at(i); }
  const Json& operator[](std::string_view member) const {
    for (const Json& item : items) {
      if (item.name == member) return item;
    }
    throw std::runtime_error("JSON: no member " + std::string(member));
  }

  /// The names of an object's members, in order.
  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const Json& item : items) result.push_back(item.name);
    return result;
  }
};

/// Reads one value and the white space around it, from the front of a text.
class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : rest_(text) {}

  Json whole() {
    Json value = read();
    if (!rest_.empty()) fail();
    return value;
  }

 private:
  [[noreturn]] static void fail() { throw std::runtime_error("JSON: not valid"); }

  void skip_space() {
    const std::size_t space = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(space == std::string_view::npos ? rest_.size() : space);
  }

  bool take(char c) {
    skip_space();
    const bool found = rest_.starts_with(c);
    if (found) rest_.remove_prefix(1);
    return found;
  }

  void expect(char c) {
    if (!take(c)) fail();
  }

  Json read() {
    Json value;
    if (take('{')) {
      value.kind = Json::Kind::object;
      while (!take('}')) {
        if (!value.items.empty()) expect(',');
        std::string name = string();
        expect(':');
        value.items.push_back(read());
        value.items.back().name = std::move(name);
      }
    } else if (take('[')) {
      value.kind = Json::Kind::array;
      while (!take(']')) {
        if (!value.items.empty()) expect(',');
        value.items.push_back(read());
      }
    } else if (rest_.starts_with('"')) {
      value.kind = Json::Kind::string;
      value.text = string();
    } else if (!read_word(value)) {
      read_number(value);
    }
    skip_space();
    return value;
  }

  char next() {
    if (rest_.empty()) fail();
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string string() {
    expect('"');
    std::string text;
    for (char c = next(); c != '"'; c = next()) {
      if (static_cast<unsigned char>(c) < 0x20) fail();
      text += c == '\\' ? escaped() : std::string(1, c);
    }
    return text;
  }

  /// What the characters after a backslash stand for, in UTF-8.
  std::string escaped() {
    const char c = next();
    if (c == 'u') return character(hexadecimal());
    constexpr std::string_view escapes = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    const std::size_t at = escapes.find(c);
    if (at == std::string_view::npos) fail();
    return {meanings[at]};
  }

  unsigned hexadecimal() {
    if (rest_.size() < 4) fail();
    unsigned code = 0;
    const char* end = rest_.data() + 4;
    if (std::from_chars(rest_.data(), end, code, 16).ptr != end) fail();
    rest_.remove_prefix(4);
    return code;
  }

  static std::string character(unsigned code) {
    if (code >= 0xd800 && code < 0xe000) fail();
    const auto low = [&](unsigned shift) {
      return static_cast<char>(0x80U | ((code >> shift) & 0x3fU));
    };
    if (code < 0x80) return {static_cast<char>(code)};
    if (code < 0x800) return {static_cast<char>(0xc0U | (code >> 6U)), low(0)};
    return {static_cast<char>(0xe0U | (code >> 12U)), low(6), low(0)};
  }

  bool read_word(Json& value) {
    for (const std::string_view word : {"true", "false", "null"}) {
      if (!rest_.starts_with(word)) continue;
      rest_.remove_prefix(word.size());
      value.kind = Json::Kind::word;
      value.text = word;
      return true;
    }
    return false;
  }

  void read_number(Json& value) {
    const std::string_view start = rest_;
    const char* end = rest_.data() + rest_.size();
    const auto [stop, error] = std::from_chars(rest_.data(), end, value.number);
    if (error != std::errc{}) fail();
    rest_.remove_prefix(static_cast<std::size_t>(stop - rest_.data()));
    value.text = start.substr(0, start.size() - rest_.size());
    // from_chars also takes "inf", "nan", "01", ".5" and "5."
    std::string_view digits = value.text;
    if (digits.starts_with('-')) digits.remove_prefix(1);
    const bool starts_well =
        !digits.empty() && digits[0] >= '0' && digits[0] <= '9' &&
        !(digits.size() > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9');
    if (!starts_well || digits.ends_with('.')) fail();
  }

  std::string_view rest_;
};

}  // namespace deft
