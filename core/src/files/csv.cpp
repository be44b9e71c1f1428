#include <deft/core/files/csv.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>

#include <deft/core/convert_element.hpp>
#include <deft/core/visit_dtype.hpp>

#include "files/csv/csv_cells.hpp"
#include "files/csv/csv_number.hpp"
#include "files/file_error.hpp"
#include "files/readers.hpp"

namespace deft {
namespace {

/// Keeps what the columns take apart from their numbers small, whatever a file says.
constexpr std::size_t max_columns = 1'000'000;

bool is_missing(std::string_view text) {
  constexpr std::array<std::string_view, 5> words{"", "na", "n/a", "null", "?"};
  return std::ranges::any_of(
      words, [&](std::string_view word) { return equals_ignoring_case(text, word); });
}

/// The text of a cell with a decimal point; `buffer` holds it where it had a decimal comma.
std::string_view with_point(std::string_view text, bool decimal_comma, std::string& buffer) {
  if (!decimal_comma) return text;
  buffer = text;
  // A point in such a text groups digits, which is not read.
  for (char& c : buffer) c = c == ',' ? '.' : c == '.' ? ',' : c;
  return buffer;
}

/// Everything before the lines of numbers.
struct Columns {
  std::vector<std::string> names;      // in the first line; empty if it holds numbers
  std::size_t count = 0;               // of cells in each line
  std::size_t first_line = 1;          // where they were counted
  std::vector<std::size_t> positions;  // in the tensor, by cell; `unread` for those not asked for
  std::size_t width = 0;               // columns of the tensor
  bool has_names = false;
};
constexpr std::size_t unread = static_cast<std::size_t>(-1);

class CsvReader {
 public:
  CsvReader(const File& file, std::string_view text, const CsvOptions& options)
      : file_(file), text_(text), options_(options) {
    check_options();
    if (options_.delimiter == '\0')
      options_.delimiter = find_delimiter(text, options.decimal_comma);
  }

  CsvTable read() {
    CsvCells behind_names(file_, text_, options_.delimiter);
    behind_names.next_line();
    read_first_line(behind_names);
    select_columns();
    CsvCells from_start(file_, text_, options_.delimiter);
    CsvTable table;
    const auto read = [&]<class T>(std::type_identity<T>) {
      return read_rows<T>(columns_.has_names ? behind_names : from_start);
    };
    table.values = options_.dtype == DType::boolean ? read(std::type_identity<bool>())
                   : options_.dtype == DType::u8    ? read(std::type_identity<std::uint8_t>())
                                                    : visit_numeric(options_.dtype, read);
    table.names = selected_names();
    return table;
  }

 private:
  void check_options() const;
  void read_first_line(CsvCells& cells);
  void select_columns();
  std::vector<std::string> selected_names();

  /// What CsvOptions::missing is in the dtype, which must have it.
  template <class T>
  T missing_value() const;

  template <class T>
  Tensor read_rows(CsvCells& cells);

  /// Adds the numbers of a line to `values`.
  template <class T, class Element>
  void read_row(CsvCells& cells, T missing, std::vector<Element>& values);

  template <class T>
  T read_cell(const CsvCells& cells, const CsvCell& cell, T missing);

  [[noreturn]] void refuse(const CsvCells& cells, const CsvCell& cell, NumberFault fault) const;
  [[noreturn]] void refuse_option(const std::string& problem, const char* cure) const {
    throw_file_error(ErrorCode::invalid_argument,
                     "cannot read " + printable(file_.name()) + ": " + problem, cure,
                     options_.where);
  }

  const File& file_;
  std::string_view text_;
  CsvOptions options_;
  Columns columns_;
  std::string buffer_;  // a number with a decimal comma, and a point instead
};

void CsvReader::check_options() const {
  const char c = options_.delimiter;
  const bool ascii_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  const bool digit = c >= '0' && c <= '9';
  constexpr std::string_view others = "\"\r\n .+-";
  if (ascii_letter || digit || others.find(c) != std::string_view::npos) {
    refuse_option("the delimiter " + quoted({&c, 1}) + " cannot be told from what cells hold",
                  "use a comma, a semicolon, a tab or a bar");
  }
  if (options_.decimal_comma && c == ',') {
    refuse_option("a comma is both the delimiter and in the numbers", "choose one");
  }
  if (size_of(options_.dtype) == 0) {
    refuse_option("the dtype does not exist", "use one of the values of DType");
  }
  if (is_at_rest(options_.dtype) && options_.dtype != DType::u8) {
    refuse_option("text becomes no numbers of dtype " + std::string(to_string(options_.dtype)),
                  "read f64 or i64, and take Tensor::to of it");
  }
}

void CsvReader::read_first_line(CsvCells& cells) {
  columns_.first_line = cells.line();
  bool only_numbers = true;
  std::vector<std::string> names;
  while (const std::optional<CsvCell> cell = cells.next_cell()) {
    if (++columns_.count > max_columns) {
      cells.fail(cell->line, cell->column,
                 "there are more than " + std::to_string(max_columns) + " columns",
                 "read a table with fewer");
    }
    double number = 0;
    const std::string_view text = with_point(cell->text, options_.decimal_comma, buffer_);
    only_numbers =
        only_numbers && (parse_number(text, number) == NumberFault::none || is_missing(cell->text));
    names.emplace_back(cell->text);
  }
  columns_.has_names = options_.header == CsvHeader::yes ||
                       (options_.header == CsvHeader::automatic && !only_numbers);
  if (!columns_.has_names) return;
  std::unordered_set<std::string_view> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty() || seen.insert(names[i]).second) continue;
    cells.fail(columns_.first_line, i + 1, "a second column is named " + quoted(names[i]),
               "give one of them another name, or say that there is no header");
  }
  columns_.names = std::move(names);
}

void CsvReader::select_columns() {
  columns_.positions.assign(columns_.count, unread);
  columns_.width = options_.columns.empty() ? columns_.count : options_.columns.size();
  if (options_.columns.empty()) {
    for (std::size_t i = 0; i < columns_.count; ++i) columns_.positions[i] = i;
    return;
  }
  std::unordered_map<std::string_view, std::size_t> cells;
  for (std::size_t i = 0; i < columns_.names.size(); ++i) cells.emplace(columns_.names[i], i);
  for (std::size_t i = 0; i < options_.columns.size(); ++i) {
    const std::string& name = options_.columns[i];
    const auto found = cells.find(name);
    if (found == cells.end()) {
      refuse_option("it has no column " + quoted(name),
                    columns_.has_names ? "CsvOptions::columns takes names of its first line"
                                       : "its first line names no columns");
    }
    std::size_t& position = columns_.positions[found->second];
    if (position != unread)
      refuse_option("the column " + quoted(name) + " is asked for twice", "ask once");
    position = i;
  }
}

std::vector<std::string> CsvReader::selected_names() {
  return options_.columns.empty() ? std::move(columns_.names) : options_.columns;
}

template <class T>
T CsvReader::missing_value() const {
  const double fill = options_.missing.value_or(0);
  const T value = convert_element<T>(fill);
  const bool kept = std::is_floating_point_v<T>
                        ? std::isinf(static_cast<double>(value)) == std::isinf(fill)
                        : static_cast<double>(value) == fill && fill < 0x1p63;
  if (kept) return value;
  refuse_option("missing cells are to become " + std::to_string(fill) + ", which is no " +
                    std::string(to_string(options_.dtype)),
                "choose a value that the dtype has, or another dtype");
}

template <class T>
Tensor CsvReader::read_rows(CsvCells& cells) {
  const T missing = missing_value<T>();
  // Bytes for bool: a vector<bool> has no array inside.
  std::vector<std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>> values;
  std::int64_t rows = 0;
  for (; cells.next_line(); ++rows) read_row<T>(cells, missing, values);
  const Shape shape({rows, columns_.width}, options_.where);
  Tensor tensor = Tensor::uninitialized(options_.dtype, shape, options_.where);
  if (!values.empty()) std::memcpy(tensor.mutable_raw(), values.data(), tensor.num_bytes());
  return tensor;
}

template <class T, class Element>
void CsvReader::read_row(CsvCells& cells, T missing, std::vector<Element>& values) {
  const std::size_t line = cells.line();
  const std::size_t begin = values.size();
  values.resize(begin + columns_.width);
  std::size_t found = 0;
  while (const std::optional<CsvCell> cell = cells.next_cell()) {
    if (found < columns_.count && columns_.positions[found] != unread) {
      values[begin + columns_.positions[found]] = read_cell(cells, *cell, missing);
    }
    ++found;
  }
  if (found == columns_.count) return;
  cells.fail(line, 0,
             "it has " + std::to_string(found) + " cells, but line " +
                 std::to_string(columns_.first_line) + " has " + std::to_string(columns_.count),
             "give each line as many");
}

template <class T>
T CsvReader::read_cell(const CsvCells& cells, const CsvCell& cell, T missing) {
  T value{};
  const NumberFault fault =
      parse_number(with_point(cell.text, options_.decimal_comma, buffer_), value);
  if (fault == NumberFault::none) return value;
  if (!is_missing(cell.text)) refuse(cells, cell, fault);
  if (options_.missing) return missing;
  cells.fail(cell.line, cell.column,
             cell.text.empty() ? "the cell is empty" : quoted(cell.text) + " is no value",
             "CsvOptions::missing says what such cells become");
}

void CsvReader::refuse(const CsvCells& cells, const CsvCell& cell, NumberFault fault) const {
  const auto has = [&](char c) { return cell.text.find(c) != std::string_view::npos; };
  const std::string problem =
      fault == NumberFault::not_a_number ? "is not a number"
      : fault == NumberFault::not_a_bool ? "is neither 0 or 1 nor true or false"
      : fault == NumberFault::fraction
          ? "is not an integer"
          : "is outside the range of " + std::string(to_string(options_.dtype));
  const char* const cure =
      has(';') || has('\t')                 ? "CsvOptions::delimiter says what stands between cells"
      : has(',') && !options_.decimal_comma ? "CsvOptions::decimal_comma reads 2,5 as 2.5"
      : fault == NumberFault::not_a_number  ? "CsvOptions::columns leaves out columns of text"
                                            : "CsvOptions::dtype says what the numbers become";
  cells.fail(cell.line, cell.column, quoted(cell.text) + ' ' + problem, cure);
}

/// Without the mark that some programs put before UTF-8.
std::string_view checked_text(const File& file, std::string_view text) {
  constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
  const bool utf16_mark = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
  if (utf16_mark || text.substr(0, 4).find('\0') != std::string_view::npos) {
    file.fail("byte 0", utf16_mark ? "the text is UTF-16" : "a NUL stands in the text",
              "save it as UTF-8");
  }
  if (text.starts_with(utf8_mark)) text.remove_prefix(utf8_mark.size());
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    file.fail("", "it is empty", "a line of cells is needed");
  }
  return text;
}

}  // namespace

CsvTable read_csv(const File& file, const CsvOptions& options) {
  const std::string text = file.text();
  return CsvReader(file, checked_text(file, text), options).read();
}

CsvTable read_csv(const std::string& path, const CsvOptions& options) {
  return with_memory_for(path, options.where,
                         [&] { return read_csv(File(path, options.where), options); });
}

}  // namespace deft
