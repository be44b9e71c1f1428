#include "files/csv/csv_cells.hpp"

#include <array>

namespace deft {

bool CsvCells::next_line() {
  while (!rest_.empty()) {
    const std::string_view begin = rest_;
    skip_spaces();
    if (!take_line_end()) {
      if (rest_.empty()) return false;
      rest_ = begin;
      column_ = 0;
      has_cell_ = true;
      return true;
    }
  }
  return false;
}

std::optional<CsvCell> CsvCells::next_cell() {
  if (!has_cell_) return std::nullopt;
  ++column_;
  skip_spaces();
  CsvCell cell{{}, line_, column_, take('"')};
  cell.text = cell.quoted ? take_quoted() : take_plain();
  has_cell_ = take(delimiter_);  // which a cell follows, even at the end of the text
  if (!has_cell_) take_line_end();
  return cell;
}

void CsvCells::fail(std::size_t line, std::size_t column, const std::string& problem,
                    const std::string& cure) const {
  std::string part = "line " + std::to_string(line);
  if (column != 0) part += ", column " + std::to_string(column);
  file_.fail(part, problem, cure);
}

bool CsvCells::take(char c) {
  const bool found = rest_.starts_with(c);
  if (found) rest_.remove_prefix(1);
  return found;
}

bool CsvCells::take_line_end() {
  const bool found = take('\r') ? (take('\n'), true) : take('\n');
  if (found) ++line_;
  return found;
}

void CsvCells::skip_spaces() {
  while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
}

std::string_view CsvCells::take_plain() {
  std::size_t end = 0;
  while (end < rest_.size() && rest_[end] != delimiter_ && rest_[end] != '\n' && rest_[end] != '\r')
    ++end;
  std::string_view text = rest_.substr(0, end);
  rest_.remove_prefix(end);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

/// The rest of a cell behind its opening quote.
std::string_view CsvCells::take_quoted() {
  const std::size_t first_line = line_;
  unquoted_.clear();
  std::string_view text;
  for (bool whole = true;; whole = false) {
    const std::size_t end = rest_.find('"');
    if (end == std::string_view::npos) {
      fail(first_line, column_, "the quoted cell has no closing quote", "close it");
    }
    text = rest_.substr(0, end);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n' || (text[i] == '\r' && !text.substr(i + 1).starts_with('\n'))) ++line_;
    }
    rest_.remove_prefix(end + 1);
    const bool goes_on = take('"');  // "" stands for one quote
    if (goes_on || !whole) unquoted_.append(text);
    if (goes_on) {
      unquoted_ += '"';
      continue;
    }
    if (!whole) text = unquoted_;
    break;
  }
  skip_spaces();
  const bool ends = rest_.empty() || rest_[0] == delimiter_ || rest_[0] == '\n' || rest_[0] == '\r';
  if (!ends) {
    fail(line_, column_, "there is text after the closing quote",
         "write a quote inside of quotes twice, or give CsvOptions::delimiter");
  }
  return text;
}

char find_delimiter(std::string_view text, bool decimal_comma) {
  constexpr std::array candidates{'\t', ';', ','};
  constexpr std::size_t lines = 2;
  std::array<std::array<std::size_t, candidates.size()>, lines> counts{};
  bool quoted = false;
  bool blank = true;
  std::size_t line = 0;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    const bool ends = c == '\n' || c == '\r';
    if (ends && !blank && ++line == lines) break;
    blank = ends || (blank && c == ' ');
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (c == candidates[i]) ++counts[line][i];
    }
  }
  const std::size_t used = candidates.size() - (decimal_comma ? 1 : 0);
  for (std::size_t i = 0; i < used; ++i) {
    if (counts[0][i] != 0 && counts[0][i] == counts[1][i]) return candidates[i];
  }
  for (std::size_t i = 0; i < used; ++i) {
    if (counts[0][i] != 0) return candidates[i];
  }
  return decimal_comma ? ';' : ',';
}

}  // namespace deft
