#include <deft/core/files/wire.hpp>

#include <array>

namespace deft {
namespace {

/// A varint: 7 bits a byte, the lowest first; all bytes but the last have the high bit set.
struct Varint {
  explicit Varint(std::uint64_t value) {
    for (; value >= 0x80U; value >>= 7U) digits[size++] = static_cast<char>(value | 0x80U);
    digits[size++] = static_cast<char>(value);
  }
  std::string_view text() const { return {digits.data(), size}; }

  std::array<char, 10> digits{};
  std::size_t size = 0;
};

}  // namespace

void WireWriter::append_varint(std::uint64_t value) { append_raw(Varint(value).text()); }

/// The length of a message stands before it, and is known behind it.
void WireWriter::insert_length(std::size_t begin) {
  text_.insert(begin, Varint(text_.size() - begin).text());
}

}  // namespace deft
