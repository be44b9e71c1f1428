#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <deft/core/files/wire_reader.hpp>

namespace deft::tensorflow {

/// Reads the words of the text format of Protocol Buffers
/// (https://protobuf.dev/reference/protobuf/textformat-spec). Errors are FileErrors that name the
/// file, line and column.
class TextScanner {
 public:
  explicit TextScanner(const WireSource& source);

  /// Whether all has been read, but for spaces and comments.
  bool done();

  /// Whether the next word is `c`; then goes on.
  bool accept(char c);
  void expect(char c);
  bool next_is(char c);
  bool next_is_text();

  /// A name, or the name of an extension or type in brackets.
  std::string_view name();
  bool next_is_name();

  /// One or more texts in quotes, which are one.
  std::string text();

  /// An integer from -2^63 to 2^64 - 1, of which the bits are given.
  std::uint64_t integer();
  double number();
  bool boolean();

  /// The offset of the next word.
  std::size_t position();

  /// The error counts lines and columns up to where it is: nothing else does, for each word would
  /// count all that stands before it.
  [[noreturn]] void fail(const std::string& problem);
  [[noreturn]] void fail_at(std::size_t position, const std::string& problem) const;

 private:
  void skip_space();
  std::string_view word();
  std::string piece();
  void append_escape(std::string& out);
  std::uint32_t digits(unsigned base, std::size_t most, std::size_t least);

  const WireSource& source_;
  std::string_view rest_;
};

}  // namespace deft::tensorflow
