#include <deft/core/files/wire_reader.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

#include "caught.hpp"

namespace deft {
namespace {

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();

/// All values of a message, whatever they are, so that each one is checked; messages that begin
/// with a field 1 within a field 9 too.
void read_all(WireReader message) {
  while (message.next())
    if (message.field() == 9) read_all(message.message());
}

FileError refused(const std::string& bytes) {
  const WireSource source{"m.pb", bytes};
  return caught<FileError>([&] { read_all(WireReader(source)); });
}

std::string nested(int depth) {
  WireWriter out;
  for (int i = 0; i < depth; ++i) {
    WireWriter outer;
    outer.bytes(9, out.text());
    out = outer;
  }
  return out.text();
}

}  // namespace

TEST_CASE("a reader reads what a writer writes") {
  WireWriter out;
  out.varint(1, least);
  out.varint(2, -1);
  out.fixed(3, 1.5F);
  out.fixed(4, -2.5);
  out.bytes(5, "Größe");
  const std::vector<std::int64_t> integers{0, -1, 300};
  out.packed_varints(6, std::span<const std::int64_t>(integers));
  out.varint(6, 7);
  const std::vector<float> floats{0.5F, -1.0F};
  out.packed_fixed(7, std::span<const float>(floats));
  out.fixed(7, 2.0F);
  out.message(9, [&] { out.varint(1, 5); });
  out.varint(536870911, 1);  // the largest number of a field

  const WireSource source{"m.pb", out.text()};
  WireReader message(source);
  std::vector<std::int64_t> read_integers;
  std::vector<float> read_floats;
  std::vector<std::uint32_t> fields;
  while (message.next()) {
    fields.push_back(message.field());
    switch (message.field()) {
      case 1:
        CHECK(message.varint<std::int64_t>() == least);
        break;
      case 2:
        CHECK(message.varint<std::int32_t>() == -1);
        CHECK(message.varint<bool>());
        break;
      case 3:
        CHECK(message.fixed<float>() == 1.5F);
        break;
      case 4:
        CHECK(message.fixed<double>() == -2.5);
        break;
      case 5:
        CHECK(message.text() == "Größe");
        CHECK(message.bytes() == "Größe");
        break;
      case 6:
        message.append_varints(read_integers);
        break;
      case 7:
        message.append_fixed(read_floats);
        break;
      case 9: {
        WireReader inner = message.message();
        CHECK(inner.next());
        CHECK(inner.varint<int>() == 5);
        CHECK_FALSE(inner.next());
        break;
      }
      default:
        CHECK(message.field() == 536870911);
    }
  }
  CHECK(fields == std::vector<std::uint32_t>{1, 2, 3, 4, 5, 6, 6, 7, 7, 9, 536870911});
  CHECK(read_integers == std::vector<std::int64_t>{0, -1, 300, 7});
  CHECK(read_floats == std::vector<float>{0.5F, -1.0F, 2.0F});
}

TEST_CASE("what the format does not allow is refused with its place") {
  CHECK(refused("\x08").info().message == "m.pb: offset 0: the message ends within a number");
  CHECK(refused("\x08\x01\x12\x05"
                "ab")
            .info()
            .message == "m.pb: offset 2: field 2 should have 5 bytes, but 2 are left");
  CHECK(refused(std::string("\x00\x01", 2)).info().message ==
        "m.pb: offset 0: a field has the number 0");
  CHECK(refused("\x0b\x0c").info().message ==
        "m.pb: offset 0: field 1 has the wire type 3, and not 0, 1, 2 or 5");
  const std::string ones(9, '\xFF');
  CHECK(refused("\x08" + ones + "\x02").info().message ==
        "m.pb: offset 0: a number has more than 64 bits");
  CHECK(refused("\x12" + ones + "\x01").info().message ==
        "m.pb: offset 0: field 2 should have 18446744073709551615 bytes, but 0 are left");
  CHECK(refused("\x0d\x01\x02").info().message ==
        "m.pb: offset 0: field 1 should have 4 bytes, but 2 are left");
  CHECK(refused("\x4a\x02\x08\x80").info().message ==
        "m.pb: offset 2: the message ends within a number");
}

TEST_CASE("values of another kind than asked for are refused") {
  const WireSource source{"m.pb",
                          "\x0a\x03\xff"
                          "ab"};
  WireReader message(source);
  REQUIRE(message.next());
  CHECK(caught<FileError>([&] { message.varint<int>(); }).info().message ==
        "m.pb: offset 0: field 1 has the wire type 2, and not 0");
  CHECK(caught<FileError>([&] { message.text(); }).info().message ==
        "m.pb: offset 0: the text of field 1 is not UTF-8");
  std::vector<double> numbers;
  CHECK(caught<FileError>([&] { message.append_fixed(numbers); }).info().message ==
        "m.pb: offset 0: field 1 packs numbers of 8 bytes into 3");
  CHECK(caught<FileError>([&] { message.fail("x"); }).code() == ErrorCode::file_format);
}

TEST_CASE("every cut of a message is refused, or is a message of fewer fields") {
  const std::string whole = nested(20);
  for (std::size_t size = 1; size < whole.size(); ++size) refused(whole.substr(0, size));
}

TEST_CASE("messages may lie in each other a hundred deep") {
  const std::string deepest = nested(WireReader::max_depth);
  const WireSource source{"m.pb", deepest};
  CHECK_NOTHROW(read_all(WireReader(source)));
  CHECK(refused(nested(WireReader::max_depth + 1)).info().message.find("100 deep") !=
        std::string::npos);
}

}  // namespace deft
