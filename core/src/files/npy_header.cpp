#include "files/npy_header.hpp"

#include <charconv>
#include <string>

#include "files/file_error.hpp"

namespace deft {
namespace {

constexpr const char* save_anew = "the file is damaged, or not written by numpy.save: save it anew";

/// A parser of what NumPy writes, and no more of Python than that. Nothing nests, so nothing
/// recurses.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const ByteReader& reader, std::uint64_t offset)
      : text_(text), reader_(reader), offset_(offset) {}

  NpyHeader parse() {
    take('{');
    while (!next_is('}')) {
      parse_entry();
      if (!next_is('}')) take(',');
    }
    take('}');
    skip_spaces();
    if (at_ != text_.size()) fail("the header goes on behind its }");
    if (!has_descr_) fail("the header has no 'descr'");
    if (!has_order_) fail("the header has no 'fortran_order'");
    if (!has_shape_) fail("the header has no 'shape'");
    return header_;
  }

 private:
  void parse_entry() {
    const std::string_view key = take_string("a key");
    take(':');
    if (key == "descr") {
      note(has_descr_, key);
      parse_descr();
    } else if (key == "fortran_order") {
      note(has_order_, key);
      parse_order();
    } else if (key == "shape") {
      note(has_shape_, key);
      parse_shape();
    } else {
      fail("the header has a key " + quoted(key) + " beside descr, fortran_order and shape");
    }
  }

  void note(bool& seen, std::string_view key) {
    if (seen) fail("the header has the key " + quoted(key) + " twice");
    seen = true;
  }

  /// A byte order, a letter for the kind and the bytes of an element: '<f4'.
  void parse_descr() {
    if (next_is('[')) {
      fail("the array has elements of several fields", "save each field as an array of its own");
    }
    const std::string_view descr = take_string("the type of the elements");
    if (!descr.empty()) header_.encoding = find_npy_encoding(descr.substr(1));
    if (header_.encoding == nullptr) refuse(descr);
    const char order = descr[0];
    // '|' says that there is no order, as in a single byte; '=' is that of this machine.
    const bool known = order == '<' || order == '>' || order == '=' ||
                       (order == '|' && size_of(header_.encoding->dtype) == 1);
    if (!known) refuse(descr);
    if (order == '>') header_.order = ByteOrder::big;
  }

  [[noreturn]] void refuse(std::string_view descr) {
    const char kind = descr.size() < 2 ? '?' : descr[1];
    const char* cure =
        kind == 'O'                  ? "Python objects are no tensor: save an array of numbers"
        : kind == 'c'                ? "deft has no complex numbers: save real and imag"
        : kind == 'U' || kind == 'S' ? "text is no tensor: save numbers"
        : kind == 'M' || kind == 'm' ? "save times as numbers: array.astype('int64')"
        : kind == 'V'
            ? "NumPy has no bfloat16 of its own: save array.astype('float32'), or bits as "
              "uint16"
            : "save bool, an integer of 8 to 64 bits, float16, float32 or float64";
    fail("the elements are of type " + quoted(descr) + ", which deft does not read", cure);
  }

  void parse_order() {
    skip_spaces();
    const std::string_view rest = text_.substr(at_);
    header_.fortran_order = rest.starts_with("True");
    if (!header_.fortran_order && !rest.starts_with("False")) {
      fail("fortran_order is neither True nor False");
    }
    at_ += header_.fortran_order ? 4 : 5;
  }

  /// (), (6,), (2, 3) or (2, 3,)
  void parse_shape() {
    take('(');
    while (!next_is(')')) {
      header_.dims.push_back(take_dimension());
      if (header_.dims.size() == 1 || !next_is(')')) take(',');
    }
    take(')');
  }

  std::uint64_t take_dimension() {
    skip_spaces();
    std::uint64_t dim = 0;
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), dim);
    if (error != std::errc()) fail("a dimension of the shape is not a number below 2^64");
    at_ += static_cast<std::size_t>(end - begin);
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // as Python 2 wrote it
    return dim;
  }

  std::string_view take_string(const char* what) {
    skip_spaces();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') fail(std::string("the header lacks ") + what + " in quotes");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) fail("a quote is not closed");
    const std::string_view result = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return result;
  }

  void skip_spaces() {
    const std::size_t next = text_.find_first_not_of(" \t\n\r\f", at_);
    at_ = next == std::string_view::npos ? text_.size() : next;
  }

  bool next_is(char c) {
    skip_spaces();
    return at_ < text_.size() && text_[at_] == c;
  }

  void take(char c) {
    if (!next_is(c)) fail(std::string("the header lacks a ") + c);
    ++at_;
  }

  [[noreturn]] void fail(const std::string& problem, const char* cure = save_anew) const {
    reader_.fail_at(offset_ + at_, problem, cure);
  }

  std::string_view text_;
  const ByteReader& reader_;
  std::uint64_t offset_;
  std::size_t at_ = 0;
  NpyHeader header_;
  bool has_descr_ = false;
  bool has_order_ = false;
  bool has_shape_ = false;
};

}  // namespace

NpyHeader parse_npy_header(std::string_view text, const ByteReader& reader, std::uint64_t offset) {
  return HeaderParser(text, reader, offset).parse();
}

}  // namespace deft
