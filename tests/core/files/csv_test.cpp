#include <deft/core/files/csv.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "caught.hpp"
#include "files/readers.hpp"
#include "support/file_bytes.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

using Names = std::vector<std::string>;

CsvTable parse(const std::string& text, const CsvOptions& options = {}) {
  return read_bytes(text, [&](const File& file) { return read_csv(file, options); });
}

Tensor values(const std::string& text, const CsvOptions& options = {}) {
  return parse(text, options).values;
}

std::string problem(const std::string& text, const CsvOptions& options = {}) {
  return problem_of(text, [&](const File& file) { return read_csv(file, options); });
}

std::string cure(const std::string& text, const CsvOptions& options = {}) {
  return caught<FileError>([&] { parse(text, options); }).info().cure;
}

}  // namespace

TEST_CASE("a table with a header and numbers") {
  const CsvTable table = parse("x,y\n1,2.5\n-3,4e2\n");
  CHECK(table.names == Names{"x", "y"});
  CHECK(table.values == Tensor{{1.0, 2.5}, {-3.0, 400.0}});
}

TEST_CASE("a table from a file") {
  const TempFolder folder;
  const CsvTable table = read_csv(folder.add("a.csv", "x\n1\n"));
  CHECK(table.names == Names{"x"});
  const auto error = caught<FileError>([&] { read_csv(folder / "none.csv", {}); });
  CHECK(error.code() == ErrorCode::file_access);
  CHECK(error.info().where.line == __LINE__ - 2);
}

TEST_CASE("a first line of numbers is no header unless the caller says so") {
  CHECK(parse("1,2\n3,4\n").names.empty());
  CHECK(values("1,2\n3,4\n") == Tensor{{1.0, 2.0}, {3.0, 4.0}});
  CHECK(parse("1,2\n3,4\n", {.header = CsvHeader::yes}).names == Names{"1", "2"});
  CHECK(values("1,2\n3,4\n", {.header = CsvHeader::yes}) == Tensor{{3.0, 4.0}});
  CHECK(values(",2\n3,4\n", {.missing = 0}) == Tensor{{0.0, 2.0}, {3.0, 4.0}});
  CHECK(parse("x,2\n3,4\n").names == Names{"x", "2"});
  CHECK(problem("x,2\n3,4\n", {.header = CsvHeader::no}) ==
        "line 1, column 1: \"x\" is not a number");
}

TEST_CASE("what programs write besides that") {
  const Tensor x{{1.0}, {2.0}};
  CHECK(values("x\n1\n2") == x);                              // no final newline
  CHECK(values("x\r\n1\r\n2\r\n") == x);                      // CRLF
  CHECK(values("x\r1\r2\r") == x);                            // CR
  CHECK(values("x\r\r\n1\r\r\n\"2\"\r") == x);                // CR before CRLF
  CHECK(parse("\xEF\xBB\xBFx\n1\n2\n").names == Names{"x"});  // byte order mark
  CHECK(values("\n x \n\n 1\t\n \n2\n\n") == x);              // spaces, blank lines
  CHECK(values("\"x\"\n\"1\" \n \"2\"\n") == x);              // quotes
  CHECK(parse("\"a \"\"b\"\", c\",\"d\ne\"\n1,2\n").names == Names{"a \"b\", c", "d\ne"});
  CHECK(parse("\"\"\"\",\"\"\"a\"\"\"\"\"\n1,2\n").names == Names{"\"", "\"a\"\""});
  CHECK(parse("x\t,\ty\n1\t,\t2\n", {.delimiter = ','}).names == Names{"x", "y"});
  CHECK(parse("\xE4,b\n1,2\n").names == Names{"\xE4", "b"});  // Latin-1
  CHECK(parse(",x\n0,1\n1,2\n").names == Names{"", "x"});     // an index of pandas
  CHECK(values("x,y\n").shape() == Shape{0, 2});
}

TEST_CASE("the delimiter is found") {
  const Tensor expected{{1.0, 2.0}, {3.0, 4.0}};
  CHECK(values("x;y\n1;2\n3;4\n") == expected);
  CHECK(values("x\ty\n1\t2\n3\t4\n") == expected);
  CHECK(values("\"a, b\";\"c, d\"\n1;2\n3;4\n") == expected);
  CHECK(values("a, b;c, d\n1;2\n3;4\n") == expected);
  CHECK(parse("x;y,z\n1,2\n").names == Names{"x;y", "z"});
  CHECK(parse("\"x;y\"\n1\n").names == Names{"x;y"});
  CHECK(values("1;2\n3;4\n") == expected);
  CHECK(values("1\t\n\t4\n", {.missing = 0}) == Tensor{{1.0, 0.0}, {0.0, 4.0}});
  CHECK(values("x|y\n1|2\n3|4\n", {.delimiter = '|'}) == expected);
}

TEST_CASE("numbers with a decimal comma") {
  const CsvOptions options{.decimal_comma = true};
  CHECK(values("x;y\n1,5;-2\n", options) == Tensor{{1.5, -2.0}});
  CHECK(values("1,5\n,25\n", options) == Tensor{{1.5}, {0.25}});
  CHECK(problem("x;y\n1.5;2\n", options) == "line 2, column 1: \"1.5\" is not a number");
  CHECK(problem("x;y\n1.234,5;2\n", options) == "line 2, column 1: \"1.234,5\" is not a number");
  CHECK(problem("x;y\n1,5;2\n") == "line 2, column 1: \"1,5\" is not a number");
  CHECK(cure("x;y\n1,5;2\n") == "CsvOptions::decimal_comma reads 2,5 as 2.5");
}

TEST_CASE("numbers are read whole, and rounded once") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(values("+1\n1.\n.5\n1E3\n00.5e-1") == Tensor{{1.0}, {1.0}, {0.5}, {1000.0}, {0.05}});
  CHECK(values("inf\n-Infinity\n+INF") == Tensor{{infinity}, {-infinity}, {infinity}});
  const double nan = values("NaN\n").item<double>();
  CHECK(nan != nan);
  CHECK(
      bitwise_equal(values("1e-400\n-1e-400\n-0\n0.0000001e-400\n-1e-99999999999999999999\n0e999"),
                    Tensor{{0.0}, {-0.0}, {-0.0}, {0.0}, {-0.0}, {0.0}}));
  CHECK(values("4.9e-324") == Tensor{{4.9e-324}});
  // Rounded to f64 first, this would lie midway between two f32.
  CHECK(values("1.00000005960464480000001", {.dtype = DType::f32}) == Tensor{{1.0000001F}});
  CHECK(values("9007199254740993\n-9223372036854775808\n+1", {.dtype = DType::i64}) ==
        Tensor::from<std::int64_t>({3, 1}, {9007199254740993, INT64_MIN, 1}));
  CHECK(values("0,255", {.dtype = DType::u8}) == Tensor::from<std::uint8_t>({1, 2}, {0, 255}));
  CHECK(values("0,1,true,FALSE", {.header = CsvHeader::no, .dtype = DType::boolean}) ==
        Tensor{{false, true, true, false}});
  for (const char* text : {"0x1p3", "1_000", "1 000", "1e", "+-1", "++1", "--1", "1.2.3", "e5",
                           "1f", "1,5x", ".", "-", "+"}) {
    CHECK(problem(std::string("x;y\n") + text + ";1\n", {.delimiter = ';'}) ==
          "line 2, column 1: \"" + std::string(text) + "\" is not a number");
  }
}

TEST_CASE("numbers that the dtype does not have") {
  const auto problem_as = [](const char* text, DType dtype) {
    return problem(std::string("x\n") + text, {.dtype = dtype});
  };
  CHECK(problem_as("1e400", DType::f64) ==
        "line 2, column 1: \"1e400\" is outside the range of f64");
  CHECK(problem_as("-0.1e999999999999999999999", DType::f64).ends_with("outside the range of f64"));
  CHECK(problem_as("1e39", DType::f32).ends_with("\"1e39\" is outside the range of f32"));
  CHECK(problem_as("2147483648", DType::i32).ends_with("is outside the range of i32"));
  CHECK(problem_as("256", DType::u8).ends_with("\"256\" is outside the range of u8"));
  CHECK(problem_as("2.5", DType::i64).ends_with("\"2.5\" is not an integer"));
  CHECK(problem_as("1e3", DType::i32).ends_with("\"1e3\" is not an integer"));
  CHECK(problem_as("two", DType::i32).ends_with("\"two\" is not a number"));
  CHECK(problem_as("2", DType::boolean).ends_with("\"2\" is neither 0 or 1 nor true or false"));
}

TEST_CASE("missing cells") {
  const std::string text = "x,y\n1,\nNA,2\nn/a,?\nnull,\"\"\n";
  CHECK(problem(text) == "line 2, column 2: the cell is empty");
  CHECK(cure(text) == "CsvOptions::missing says what such cells become");
  CHECK(problem("x\nNA\n") == "line 2, column 1: \"NA\" is no value");
  CHECK(values(text, {.missing = -1}) ==
        Tensor{{1.0, -1.0}, {-1.0, 2.0}, {-1.0, -1.0}, {-1.0, -1.0}});
  CHECK(values(text, {.dtype = DType::i64, .missing = 7}).at<std::int64_t>(0, 1) == 7);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const float filled = values(text, {.dtype = DType::f32, .missing = nan}).at<float>(0, 1);
  CHECK(filled != filled);
  const auto refused = [&](DType dtype, double fill) {
    return caught<FileError>([&] { parse(text, {.dtype = dtype, .missing = fill}); }).code();
  };
  CHECK(refused(DType::i32, nan) == ErrorCode::invalid_argument);
  CHECK(refused(DType::i32, 0.5) == ErrorCode::invalid_argument);
  CHECK(refused(DType::u8, 256) == ErrorCode::invalid_argument);
  CHECK(refused(DType::f16, 0) == ErrorCode::invalid_argument);
  CHECK(refused(DType::i64, 0x1p63) == ErrorCode::invalid_argument);
  CHECK(refused(DType::f32, 1e39) == ErrorCode::invalid_argument);
  CHECK(values("x,y\n1,\n", {.dtype = DType::f32, .missing = 0.1}).at<float>(0, 1) == 0.1F);
}

TEST_CASE("some of the columns") {
  const std::string text = "name,x,y\nfirst,1,2\n\"second, third\",3,4\n";
  const CsvTable table = parse(text, {.columns = {"y", "x"}});
  CHECK(table.names == Names{"y", "x"});
  CHECK(table.values == Tensor{{2.0, 1.0}, {4.0, 3.0}});
  CHECK(problem(text) == "line 2, column 1: \"first\" is not a number");
  CHECK(cure(text) == "CsvOptions::columns leaves out columns of text");
  const auto refused = [&](const std::string& from, const Names& columns) {
    const auto error = caught<FileError>([&] { parse(from, {.columns = columns}); });
    CHECK(error.code() == ErrorCode::invalid_argument);
    return error.info().message;
  };
  CHECK(refused(text, {"z"}) == "cannot read a: it has no column \"z\"");
  CHECK(refused(text, {"x", "x"}) == "cannot read a: the column \"x\" is asked for twice");
  CHECK(refused("1,2\n", {"x"}) == "cannot read a: it has no column \"x\"");
}

TEST_CASE("faults are named with line and column") {
  CHECK(problem("x,y\n1,2\n3,abc\n") == "line 3, column 2: \"abc\" is not a number");
  CHECK(problem("x,y\n\n1\n") == "line 3: it has 1 cells, but line 1 has 2");
  CHECK(problem("\nx,y\n1,2,3\n") == "line 3: it has 3 cells, but line 2 has 2");
  CHECK(problem("x,y\n1,2\n\"3\n") == "line 3, column 1: the quoted cell has no closing quote");
  CHECK(problem("x\n\"1\"2\n") == "line 2, column 1: there is text after the closing quote");
  CHECK(problem("\"x\ny\r\nz\rw\",z\na,2\n") == "line 5, column 1: \"a\" is not a number");
  CHECK(problem("x,y\n1,a\x1b\n") == "line 2, column 2: \"a?\" is not a number");
  CHECK(problem("xxxx\n" + std::string(1, '\0')) == "line 2, column 1: \"?\" is not a number");
  CHECK(problem("x,y,x\n") == "line 1, column 3: a second column is named \"x\"");
  CHECK(problem("x,y\n1;2\n") == "line 2, column 1: \"1;2\" is not a number");
  CHECK(cure("x,y\n1;2\n") == "CsvOptions::delimiter says what stands between cells");
  CHECK(problem("") == "it is empty");
  CHECK(problem(" \n\r\n\t") == "it is empty");
  CHECK(problem("x\n" + std::string(1'000'000, 'z')).size() < 200);
}

TEST_CASE("text in UTF-16 is named") {
  CHECK(problem(std::string("\xFF\xFEx\0", 4)) == "byte 0: the text is UTF-16");
  CHECK(problem(std::string("\xFE\xFF\0x", 4)) == "byte 0: the text is UTF-16");
  CHECK(problem(std::string("x\0\n\0", 4)) == "byte 0: a NUL stands in the text");
  CHECK(cure(std::string("\xFF\xFEx\0", 4)) == "save it as UTF-8");
}

TEST_CASE("options that contradict") {
  const auto code = [](const CsvOptions& options) {
    return caught<FileError>([&] { parse("x\n1\n", options); }).code();
  };
  for (const char delimiter : {'"', '\n', '.', ' ', '1', 'e', '-'}) {
    CHECK(code({.delimiter = delimiter}) == ErrorCode::invalid_argument);
  }
  CHECK(code({.delimiter = ',', .decimal_comma = true}) == ErrorCode::invalid_argument);
  CHECK(code({.dtype = static_cast<DType>(99)}) == ErrorCode::invalid_argument);
}

TEST_CASE("very long lines") {
  std::string names = "c0";
  std::string cells = "0";
  for (int i = 1; i < 20'000; ++i) {
    names.append(",c").append(std::to_string(i));
    cells.append(",").append(std::to_string(i));
  }
  CHECK(values(names + "\n" + cells).at<double>(0, 19'999) == 19'999);
  std::string one_cell = "x\n0.";
  one_cell.append(1'000'000, '3');
  CHECK(values(one_cell).item<double>() == 1.0 / 3.0);
  CHECK(problem(std::string(1'000'000, ',')) ==
        "line 1, column 1000001: there are more than 1000000 columns");
}

TEST_CASE("damaged tables are errors or tables") {
  const std::string text = "\"a\",b c;x\r\n1,\"2.5\"\n-3e1, inf\n\n+4,\"\"\"\"\n";
  const auto read = [](const File& file) { return read_csv(file, {.missing = 0}); };
  for (std::size_t size = 0; size <= text.size(); ++size) problem_of(text.substr(0, size), read);
  check_flips(text, read);
}

}  // namespace deft
