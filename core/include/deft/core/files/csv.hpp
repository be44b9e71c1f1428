#pragma once

#include <optional>
#include <string>
#include <vector>

#include <deft/core/dtype.hpp>
#include <deft/core/source_location.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// Whether the first line names the columns. `automatic`: unless each of its cells is a number or
/// missing.
enum class CsvHeader { automatic, yes, no };

struct CsvOptions {
  char delimiter = '\0';       // between cells; '\0': a comma, semicolon or tab, found in the text
  bool decimal_comma = false;  // 2,5 means two and a half
  CsvHeader header = CsvHeader::automatic;
  std::vector<std::string> columns = {};  // those to read, in this order; empty: all
  DType dtype = DType::f64;               // of the tensor: a numeric one, bool or u8
  std::optional<double> missing = {};     // what a missing cell becomes; nothing: an error
  SourceLocation where = SourceLocation::outside(__FILE__);
};

struct CsvTable {
  std::vector<std::string> names;  // one for each column of `values`, or none without a header
  Tensor values;                   // [rows, columns]
};

/// Reads a table of numbers as text (RFC 4180, and what programs write besides).
///
/// Cells may be in double quotes; spaces around them, blank lines and the byte order mark of UTF-8
/// are skipped; lines end in LF, CRLF or CR. A number is decimal, with a point (or a decimal
/// comma), an optional sign and exponent, or inf, infinity or nan; bool cells are 0, 1, true or
/// false. The whole cell must be the number, and is rounded once, to the dtype; digits are not
/// grouped. Missing is a cell that is empty, NA, N/A, null or ?. Names of columns are in the first
/// line, in whatever encoding it has; they may be empty, but two equal ones are an error. Columns
/// that are not read may hold any text.
///
/// Throws FileError with line and column of the first fault, such as a line with more or fewer
/// cells than the first.
CsvTable read_csv(const std::string& path, const CsvOptions& options = {});

}  // namespace deft
