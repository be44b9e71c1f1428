#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "files/byte_reader.hpp"

namespace deft {

/// Takes one piece of JSON after the other from a text, and fails at what is not JSON to the
/// letter (RFC 8259). Its caller knows what must come next; nothing here nests, so nothing
/// recurses.
class JsonScanner {
 public:
  /// `text` stands at `offset` of what `reader` reads.
  JsonScanner(std::string_view text, const ByteReader& reader, std::uint64_t offset)
      : text_(text), reader_(reader), offset_(offset) {}

  /// Where in the file the next piece begins.
  std::uint64_t position();

  /// Whether the next piece is `c`.
  bool next_is(char c);

  /// Takes `c`, which must come next.
  void take(char c);

  /// Takes the word, such as null, if it comes next.
  bool take_word(std::string_view word);

  std::string take_string();

  /// An integer from 0 to 2^64 - 1.
  std::uint64_t take_integer();

  /// Only spaces may follow.
  void take_end();

  /// Calls take_item() for each item of an array ('[', ']') or an object ('{', '}').
  template <class F>
  void take_list(char open, char close, const F& take_item) {
    take(open);
    if (!next_is(close)) {
      take_item();
      while (next_is(',')) {
        take(',');
        take_item();
      }
    }
    take(close);
  }

  [[noreturn]] void fail(const std::string& problem,
                         const char* cure = "the file is damaged or was written wrongly") const;

 private:
  void skip_spaces();
  void take_escape(std::string& to);
  std::uint32_t take_hex();

  std::string_view text_;
  const ByteReader& reader_;
  std::uint64_t offset_;
  std::size_t at_ = 0;
};

}  // namespace deft
