#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace deft {

/// A number that the wire format has in 4 or 8 bytes: fixed32, sfixed32, float, or those of 64
/// bits.
template <class T>
concept FixedWidth = (std::integral<T> || std::floating_point<T>)&&(sizeof(T) == 4 ||
                                                                    sizeof(T) == 8);

/// Writes a message in the wire format of Protocol Buffers
/// (https://protobuf.dev/programming-guides/encoding). What a number of a field means, and which
/// default values may be left out, is known to the caller; fields stand in the order of the calls.
class WireWriter {
 public:
  /// Fields of type int32, int64, uint32, uint64, bool or enum. A negative number takes 10 bytes.
  template <std::integral T>
  void varint(std::uint32_t field, T value) {
    key(field, Type::varint);
    append_varint(static_cast<std::uint64_t>(value));
  }

  /// Fields of a fixed width, which is that of T.
  template <FixedWidth T>
  void fixed(std::uint32_t field, T value) {
    key(field, sizeof(T) == 4 ? Type::fixed32 : Type::fixed64);
    append_raw({reinterpret_cast<const char*>(&value), sizeof(T)});
  }

  /// Fields of type string or bytes, and messages that are bytes already.
  void bytes(std::uint32_t field, std::string_view value) {
    key(field, Type::length_delimited);
    append_varint(value.size());
    append_raw(value);
  }

  /// Repeated numbers of a fixed width, packed. Nothing if there are none.
  template <FixedWidth T>
  void packed_fixed(std::uint32_t field, std::span<const T> values) {
    if (values.empty()) return;
    bytes(field, {reinterpret_cast<const char*>(values.data()), values.size_bytes()});
  }

  /// Repeated integers as varints, packed. Nothing if there are none.
  template <std::integral T>
  void packed_varints(std::uint32_t field, std::span<const T> values) {
    if (values.empty()) return;
    message(field, [&] {
      for (const T value : values) append_varint(static_cast<std::uint64_t>(value));
    });
  }

  /// A field that is a message, whose fields `body` writes with this writer. Every level of nesting
  /// moves the bytes inside it at most once, so time is at most bytes times depth.
  template <class Body>
  void message(std::uint32_t field, const Body& body) {
    key(field, Type::length_delimited);
    const std::size_t begin = text_.size();
    body();
    insert_length(begin);
  }

  /// What has been written.
  const std::string& text() const& { return text_; }
  std::string text() && { return std::move(text_); }

 private:
  static_assert(std::endian::native == std::endian::little);  // as the bytes of fixed widths are

  enum class Type : std::uint32_t { varint = 0, fixed64 = 1, length_delimited = 2, fixed32 = 5 };

  void key(std::uint32_t field, Type type) {
    append_varint(std::uint64_t{field} << 3U | static_cast<std::uint32_t>(type));
  }
  void append_raw(std::string_view raw) { text_ += raw; }
  void append_varint(std::uint64_t value);
  void insert_length(std::size_t begin);

  std::string text_;
};

}  // namespace deft
