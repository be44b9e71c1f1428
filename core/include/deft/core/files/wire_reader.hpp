#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <deft/core/files/wire.hpp>
#include <deft/core/source_location.hpp>

namespace deft {

/// Bytes that are read as a message, and how errors call them. A WireReader refers to it, and what
/// it gives refers to the bytes.
struct WireSource {
  std::string name;
  std::string_view bytes;
  SourceLocation where = {};
};

/// Reads a message in the wire format of Protocol Buffers
/// (https://protobuf.dev/programming-guides/encoding), field after field:
///
///     while (message.next())
///       switch (message.field()) {
///         case 1: size = message.varint<std::int64_t>(); break;
///         case 2: name = message.text(); break;
///       }
///
/// A value that nobody asks for is passed over. Whatever the format does not allow, and what is
/// more than `max_depth` messages deep, throws a FileError that names file and offset; groups, long
/// out of use, are refused too. No length makes it take memory.
class WireReader {
 public:
  static constexpr int max_depth = 100;

  explicit WireReader(const WireSource& source) : WireReader(source, source.bytes, 0) {}

  /// Goes on to the next field; false at the end of the message.
  bool next();

  /// The number of the current field.
  std::uint32_t field() const { return field_; }

  /// The value of a field of type int32, int64, uint32, uint64, bool or enum; of a narrower T the
  /// low bits, as in Protocol Buffers.
  template <std::integral T>
  T varint() const {
    expect(Type::varint);
    return static_cast<T>(number_);
  }

  template <FixedWidth T>
  T fixed() const {
    expect(sizeof(T) == 4 ? Type::fixed32 : Type::fixed64);
    return read_raw<T>(bytes_);
  }

  /// Fields of type bytes; and of type string, which must be UTF-8.
  std::string_view bytes() const {
    expect(Type::length_delimited);
    return bytes_;
  }
  std::string text() const;

  /// A field that is a message.
  WireReader message() const;

  /// Appends the numbers of a repeated field, one of which or many at once the field holds.
  template <std::integral T>
  void append_varints(std::vector<T>& numbers) const {
    if (type_ != Type::length_delimited) {
      numbers.push_back(varint<T>());
      return;
    }
    WireReader packed(*source_, bytes_, depth_);
    while (!packed.rest_.empty()) numbers.push_back(static_cast<T>(packed.read_varint()));
  }
  template <FixedWidth T>
  void append_fixed(std::vector<T>& numbers) const {
    if (type_ != Type::length_delimited) {
      numbers.push_back(fixed<T>());
      return;
    }
    if (bytes_.size() % sizeof(T) != 0) fail_packed(sizeof(T));
    for (std::string_view left = bytes_; !left.empty(); left.remove_prefix(sizeof(T)))
      numbers.push_back(read_raw<T>(left));
  }

  /// Throws a FileError of code file_format that names the file and where the current field begins.
  [[noreturn]] void fail(const std::string& problem, const std::string& cure = {}) const;

 private:
  enum class Type : std::uint8_t { varint = 0, fixed64 = 1, length_delimited = 2, fixed32 = 5 };

  WireReader(const WireSource& source, std::string_view rest, int depth)
      : source_(&source), rest_(rest), begin_(rest.data()), depth_(depth) {}

  template <class T>
  static T read_raw(std::string_view from) {
    T value;
    std::memcpy(&value, from.data(), sizeof(T));
    return value;
  }
  void expect(Type type) const;
  std::uint64_t read_varint();
  std::string_view take(std::uint64_t size);
  [[noreturn]] void fail_packed(std::size_t width) const;

  const WireSource* source_;
  std::string_view rest_;
  const char* begin_;  // of the current field
  int depth_;
  std::uint32_t field_ = 0;
  Type type_ = Type::varint;
  std::uint64_t number_ = 0;
  std::string_view bytes_;
};

}  // namespace deft
