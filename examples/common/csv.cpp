#include "csv.hpp"

#include <algorithm>
#include <optional>
#include <unordered_set>

#include "errors.hpp"
#include "numbers.hpp"
#include "text.hpp"

namespace examples {
namespace {

/// Keeps what the columns take apart from their numbers small, whatever a file says. No program
/// here can fit as many.
constexpr std::size_t max_columns = 100'000;

constexpr const char* lone_return = "a carriage return alone ends the line; a line feed is needed";

/// Why text that should be one cell is more: it has what other dialects put between cells or lines.
/// nullptr if it has none of that.
const char* foreign_separator(std::string_view text) {
  if (text.find('\r') != std::string_view::npos) return lone_return;
  if (text.find(';') != std::string_view::npos)
    return "a semicolon stands between the cells; a comma is needed";
  if (text.find('\t') != std::string_view::npos)
    return "a tab stands between the cells; a comma is needed";
  return nullptr;
}

struct Cell {
  std::string text;
  std::size_t line = 0;
  std::size_t column = 0;
  bool quoted = false;
};

/// Cuts text into lines and cells, one at a time, without looking at what they say.
class CsvReader {
 public:
  CsvReader(std::string_view text, std::string_view source) : rest_(text), source_(source) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
  }

  /// Goes to the next line that is not blank. False at the end of the text.
  bool next_line() {
    for (;;) {
      const std::size_t start = rest_.find_first_not_of(" \t\r");
      if (start == std::string_view::npos) return false;
      if (rest_[start] != '\n') break;
      rest_.remove_prefix(start + 1);
      ++line_;
    }
    column_ = 0;
    has_cell_ = true;
    return true;
  }

  /// The next cell of the line, if there is one.
  std::optional<Cell> next_cell() {
    if (!has_cell_) return std::nullopt;
    ++column_;
    Cell cell = take_cell();
    has_cell_ = take(',');  // which a cell follows, even at the end of the text
    if (!has_cell_) {
      take('\r');
      if (take('\n')) ++line_;
    }
    return cell;
  }

  std::size_t line() const { return line_; }

  [[noreturn]] void fail(std::size_t line, std::size_t column, const std::string& problem) const {
    throw UserError(printable(source_) + ": line " + std::to_string(line) + ", column " +
                    std::to_string(column) + ": " + problem);
  }

  [[noreturn]] void fail(const Cell& cell, const std::string& problem) const {
    fail(cell.line, cell.column, problem);
  }

 private:
  bool take(char c) {
    const bool found = rest_.starts_with(c);
    if (found) rest_.remove_prefix(1);
    return found;
  }

  bool at_end_of_cell() const {
    return rest_.empty() || rest_.starts_with(',') || rest_.starts_with('\n') ||
           rest_.starts_with("\r\n") || rest_ == "\r";
  }

  void skip_spaces() {
    while (rest_.starts_with(' ') || rest_.starts_with('\t')) rest_.remove_prefix(1);
  }

  Cell take_cell() {
    skip_spaces();
    Cell cell{{}, line_, column_, take('"')};
    if (cell.quoted) {
      cell.text = rest_of_quoted_cell();
      check_end_of_quoted_cell();
      return cell;
    }
    const std::string_view start = rest_;
    while (!at_end_of_cell()) rest_.remove_prefix(1);
    cell.text = start.substr(0, start.size() - rest_.size());
    cell.text.erase(cell.text.find_last_not_of(" \t\r") + 1);
    if (cell.text.find('\r') != std::string::npos) fail(cell, lone_return);
    return cell;
  }

  std::string rest_of_quoted_cell() {
    const std::size_t first_line = line_;
    std::string text;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"' && !take('"')) return text;  // "" stands for one quote
      if (c == '\n') ++line_;
      text += c;
    }
    fail(first_line, column_, "the quoted cell has no closing quote");
  }

  void check_end_of_quoted_cell() {
    const std::string_view behind = rest_;
    skip_spaces();
    if (at_end_of_cell()) return;
    const char* cause = foreign_separator(behind.substr(0, behind.size() - rest_.size() + 1));
    fail(line_, column_, cause != nullptr ? cause : "there is text after the closing quote");
  }

  std::string_view rest_;
  std::string_view source_;
  std::size_t line_ = 1;
  std::size_t column_ = 0;  // of the last cell
  bool has_cell_ = false;   // another one, in this line
};

std::vector<std::string> read_names(CsvReader& reader, std::string_view source) {
  if (!reader.next_line()) {
    throw UserError(printable(source) + " is empty; a line of column names is needed");
  }
  const std::size_t line = reader.line();
  constexpr const char* numbers = "the first line must name the columns; it holds numbers";
  bool only_numbers = true;
  bool quoted_name = false;
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  while (const std::optional<Cell> cell = reader.next_cell()) {
    only_numbers = only_numbers && parse_number(cell->text).problem == nullptr;
    quoted_name = cell->quoted;
    if (cell->text.empty()) reader.fail(*cell, "the column has no name");
    if (!seen.insert(cell->text).second) {
      if (only_numbers) reader.fail(line, 1, numbers);
      reader.fail(*cell, "a second column is named " + quoted(cell->text));
    }
    if (names.size() == max_columns) {
      reader.fail(*cell, "there are more than " + std::to_string(max_columns) + " columns");
    }
    names.push_back(cell->text);
  }
  if (only_numbers) reader.fail(line, 1, numbers);
  const char* cause = names.size() > 1 || quoted_name ? nullptr : foreign_separator(names[0]);
  if (cause != nullptr) reader.fail(line, 1, cause);
  return names;
}

double read_number(const CsvReader& reader, const Cell& cell) {
  if (cell.text.empty()) reader.fail(cell, "the cell is empty; a number is needed");
  const ParsedNumber number = parse_number(cell.text);
  if (number.problem == nullptr) return number.value;
  const char* cause = cell.quoted ? nullptr : foreign_separator(cell.text);
  reader.fail(cell, cause != nullptr ? cause : quoted(cell.text) + " " + number.problem);
}

/// Adds the numbers of a line to the columns.
void read_row(CsvReader& reader, Table& table) {
  const std::size_t line = reader.line();
  const std::size_t expected = table.names.size();
  std::size_t found = 0;
  while (const std::optional<Cell> cell = reader.next_cell()) {
    if (found < expected) table.columns[found].push_back(read_number(reader, *cell));
    ++found;
  }
  if (found == expected) return;
  reader.fail(line, std::min(found, expected) + 1,
              "found " + std::to_string(found) + " cells, expected " + std::to_string(expected) +
                  " as in the first line");
}

}  // namespace

Table parse_csv(std::string_view text, std::string_view source) {
  CsvReader reader(text, source);
  Table table;
  table.names = read_names(reader, source);
  table.columns.resize(table.names.size());
  while (reader.next_line()) read_row(reader, table);
  return table;
}

}  // namespace examples
