#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "files/file.hpp"

namespace deft {

/// What stands between two delimiters, without the quotes and the spaces around it.
struct CsvCell {
  std::string_view text;  // valid until the next cell is taken
  std::size_t line = 0;   // from 1
  std::size_t column = 0;
  bool quoted = false;
};

/// Cuts text into lines and cells, one at a time, without looking at what they say.
class CsvCells {
 public:
  CsvCells(const File& file, std::string_view text, char delimiter)
      : file_(file), rest_(text), delimiter_(delimiter) {}

  /// Goes to the next line that is not blank. False at the end of the text.
  bool next_line();

  /// The next cell of the line, if there is one.
  std::optional<CsvCell> next_cell();

  std::size_t line() const { return line_; }

  /// Throws a FileError that names line and, unless it is 0, column.
  [[noreturn]] void fail(std::size_t line, std::size_t column, const std::string& problem,
                         const std::string& cure) const;

 private:
  bool take(char c);
  bool take_line_end();
  bool is_space(char c) const { return c == ' ' || (c == '\t' && delimiter_ != '\t'); }
  void skip_spaces();
  std::string_view take_plain();
  std::string_view take_quoted();

  const File& file_;
  std::string_view rest_;
  char delimiter_;
  std::string unquoted_;  // a cell in which a quote stands twice for one
  std::size_t line_ = 1;
  std::size_t column_ = 0;  // of the last cell
  bool has_cell_ = false;   // another one, in this line
};

/// The delimiter of a text: the one that occurs equally often in its first two lines, else the one
/// that occurs in the first. Among several: a tab, then a semicolon, then a comma.
char find_delimiter(std::string_view text, bool decimal_comma);

}  // namespace deft
