#include <deft/core/files/wire_reader.hpp>

#include <deft/core/utf8.hpp>

#include "files/file_error.hpp"

namespace deft {

bool WireReader::next() {
  if (rest_.empty()) return false;
  begin_ = rest_.data();
  const std::uint64_t key = read_varint();
  if (key >> 3U == 0 || key > 0xFFFFFFFFU)
    fail("a field has the number " + std::to_string(key >> 3U), "give a file that is whole");
  field_ = static_cast<std::uint32_t>(key >> 3U);
  switch (key & 7U) {
    case 0:
      type_ = Type::varint;
      number_ = read_varint();
      return true;
    case 1:
      type_ = Type::fixed64;
      bytes_ = take(8);
      return true;
    case 2:
      type_ = Type::length_delimited;
      bytes_ = take(read_varint());
      return true;
    case 5:
      type_ = Type::fixed32;
      bytes_ = take(4);
      return true;
    default:
      fail("field " + std::to_string(field_) + " has the wire type " + std::to_string(key & 7U) +
               ", and not 0, 1, 2 or 5",
           "give a file that is whole");
  }
}

std::string WireReader::text() const {
  const std::string_view text = bytes();
  if (!is_utf8(text)) fail("the text of field " + std::to_string(field_) + " is not UTF-8");
  return std::string(text);
}

WireReader WireReader::message() const {
  if (depth_ == max_depth)
    fail("messages lie in each other more than " + std::to_string(max_depth) + " deep");
  return {*source_, bytes(), depth_ + 1};
}

void WireReader::fail(const std::string& problem, const std::string& cure) const {
  throw_file_error(ErrorCode::file_format,
                   printable(source_->name) + ": offset " +
                       std::to_string(begin_ - source_->bytes.data()) + ": " + problem,
                   cure, source_->where);
}

void WireReader::fail_packed(std::size_t width) const {
  fail("field " + std::to_string(field_) + " packs numbers of " + std::to_string(width) +
       " bytes into " + std::to_string(bytes_.size()));
}

void WireReader::expect(Type type) const {
  if (type_ != type)
    fail("field " + std::to_string(field_) + " has the wire type " +
             std::to_string(static_cast<int>(type_)) + ", and not " +
             std::to_string(static_cast<int>(type)),
         "give a file of the format that is read");
}

std::uint64_t WireReader::read_varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    if (rest_.empty()) fail("the message ends within a number", "give a file that is whole");
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    if (shift == 63 && byte > 1) break;
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return value;
  }
  fail("a number has more than 64 bits", "give a file that is whole");
}

std::string_view WireReader::take(std::uint64_t size) {
  if (size > rest_.size())
    fail("field " + std::to_string(field_) + " should have " + std::to_string(size) +
             " bytes, but " + std::to_string(rest_.size()) + " are left",
         "give a file that is whole");
  const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(size));
  rest_.remove_prefix(taken.size());
  return taken;
}

}  // namespace deft
