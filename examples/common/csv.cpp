#include "csv.hpp"

#include <algorithm>
#include <unordered_set>

#include "errors.hpp"
#include "numbers.hpp"
#include "text.hpp"

namespace examples {
namespace {

struct Cell {
  std::string text;
  std::size_t line = 0;
  bool quoted = false;
};

/// Cuts text into records and cells, without looking at what they say.
class CsvReader {
 public:
  CsvReader(std::string_view text, std::string_view source) : rest_(text), source_(source) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (rest_.starts_with(byte_order_mark)) rest_.remove_prefix(byte_order_mark.size());
  }

  /// The cells of the next line that is not blank; none at the end of the text.
  std::vector<Cell> next_record() {
    std::vector<Cell> cells;
    while (!rest_.empty()) {
      cells.push_back(next_cell(cells.size() + 1));
      if (take(',')) {
        // A comma is followed by a cell, even at the end of the text.
        if (rest_.empty()) cells.push_back({{}, line_, false});
        continue;
      }
      take('\r');
      if (take('\n')) ++line_;
      const bool blank = cells.size() == 1 && cells[0].text.empty() && !cells[0].quoted;
      if (!blank) return cells;
      cells.clear();
    }
    return cells;
  }

  [[noreturn]] void fail(std::size_t line, std::size_t column, const std::string& problem) const {
    throw UserError(printable(source_) + ": line " + std::to_string(line) + ", column " +
                    std::to_string(column) + ": " + problem);
  }

 private:
  bool take(char c) {
    const bool found = rest_.starts_with(c);
    if (found) rest_.remove_prefix(1);
    return found;
  }

  bool at_end_of_cell() const {
    return rest_.empty() || rest_.starts_with(',') || rest_.starts_with('\n') ||
           rest_.starts_with("\r\n");
  }

  void skip_spaces() {
    while (rest_.starts_with(' ') || rest_.starts_with('\t')) rest_.remove_prefix(1);
  }

  Cell next_cell(std::size_t column) {
    Cell cell{{}, line_, false};
    skip_spaces();
    cell.quoted = take('"');
    if (cell.quoted) {
      cell.text = rest_of_quoted_cell(column);
      skip_spaces();
      if (!at_end_of_cell()) fail(line_, column, "there is text after the closing quote");
      return cell;
    }
    const std::string_view start = rest_;
    while (!at_end_of_cell()) rest_.remove_prefix(1);
    cell.text = start.substr(0, start.size() - rest_.size());
    cell.text.erase(cell.text.find_last_not_of(" \t\r") + 1);
    return cell;
  }

  std::string rest_of_quoted_cell(std::size_t column) {
    const std::size_t first_line = line_;
    std::string text;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"' && !take('"')) return text;  // "" stands for one quote
      if (c == '\n') ++line_;
      text += c;
    }
    fail(first_line, column, "the quoted cell has no closing quote");
  }

  std::string_view rest_;
  std::string_view source_;
  std::size_t line_ = 1;
};

std::vector<std::string> read_names(CsvReader& reader, std::string_view source) {
  const std::vector<Cell> header = reader.next_record();
  if (header.empty()) {
    throw UserError(printable(source) + " is empty; a line of column names is needed");
  }
  const auto is_number = [](const Cell& cell) {
    return parse_number(cell.text).problem == nullptr;
  };
  if (std::all_of(header.begin(), header.end(), is_number)) {
    reader.fail(header[0].line, 1, "the first line must name the columns; it holds numbers");
  }
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  for (const Cell& cell : header) {
    const std::size_t column = names.size() + 1;
    if (cell.text.empty()) reader.fail(cell.line, column, "the column has no name");
    if (!seen.insert(cell.text).second) {
      reader.fail(cell.line, column, "a second column is named " + quoted(cell.text));
    }
    names.push_back(cell.text);
  }
  return names;
}

double read_number(const CsvReader& reader, const Cell& cell, std::size_t column) {
  if (cell.text.empty()) reader.fail(cell.line, column, "the cell is empty; a number is needed");
  const ParsedNumber number = parse_number(cell.text);
  if (number.problem != nullptr) {
    reader.fail(cell.line, column, quoted(cell.text) + " " + number.problem);
  }
  return number.value;
}

}  // namespace

Table parse_csv(std::string_view text, std::string_view source) {
  CsvReader reader(text, source);
  Table table;
  table.names = read_names(reader, source);
  table.columns.resize(table.names.size());
  for (;;) {
    const std::vector<Cell> record = reader.next_record();
    if (record.empty()) return table;
    const std::size_t common = std::min(record.size(), table.names.size());
    for (std::size_t j = 0; j < common; ++j) {
      table.columns[j].push_back(read_number(reader, record[j], j + 1));
    }
    if (record.size() != table.names.size()) {
      reader.fail(record[0].line, common + 1,
                  "found " + std::to_string(record.size()) + " cells, expected " +
                      std::to_string(table.names.size()) + " as in the first line");
    }
  }
}

}  // namespace examples
