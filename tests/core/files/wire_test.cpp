#include <deft/core/files/wire.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/wire_message.hpp"

namespace deft {
namespace {

using namespace std::string_literals;

/// What `write` leaves of a writer.
template <class F>
std::string written(const F& write) {
  WireWriter out;
  write(out);
  return std::move(out).text();
}

void nest(WireWriter& out, int depth) {
  if (depth == 0) return out.varint(2, 7);
  out.message(1, [&] { nest(out, depth - 1); });
}

}  // namespace

TEST_CASE("the encodings of the specification") {
  CHECK(written([](auto& out) { out.varint(1, 150); }) == "\x08\x96\x01");
  CHECK(written([](auto& out) { out.bytes(2, "testing"); }) == "\x12\x07testing");
  CHECK(written([](auto& out) { out.message(3, [&] { out.varint(1, 150); }); }) ==
        "\x1A\x03\x08\x96\x01");
  CHECK(written([](auto& out) {
          const std::vector<std::int32_t> values{3, 270, 86942};
          out.packed_varints(6, std::span<const std::int32_t>(values));
        }) == "\x32\x06\x03\x8E\x02\x9E\xA7\x05");
  CHECK(written([](auto& out) { out.varint(1, -2); }) ==
        "\x08\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01");
}

TEST_CASE("numbers at the ends of their ranges") {
  CHECK(written([](auto& out) { out.varint(1, 0); }) == "\x08\x00"s);
  CHECK(written([](auto& out) { out.varint(1, true); }) == "\x08\x01");
  CHECK(written([](auto& out) { out.varint(1, 127); }) == "\x08\x7F");
  CHECK(written([](auto& out) { out.varint(1, 128); }) == "\x08\x80\x01");
  CHECK(written([](auto& out) { out.varint(1, std::numeric_limits<std::uint64_t>::max()); }) ==
        "\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01");
  CHECK(written([](auto& out) { out.varint(0x1FFFFFFF, 1); }) == "\xF8\xFF\xFF\xFF\x0F\x01");
}

TEST_CASE("fixed widths are those of the types") {
  CHECK(written([](auto& out) { out.fixed(1, 1.0F); }) == "\x0D\x00\x00\x80\x3F"s);
  CHECK(written([](auto& out) { out.fixed(1, 1.0); }) == "\x09\0\0\0\0\0\0\xF0\x3F"s);
  CHECK(written([](auto& out) { out.fixed(1, std::int32_t{-2}); }) == "\x0D\xFE\xFF\xFF\xFF");
  CHECK(written([](auto& out) { out.fixed(1, std::uint64_t{2}); }) == "\x09\x02\0\0\0\0\0\0\0"s);
}

TEST_CASE("of packed fields without numbers there is nothing") {
  CHECK(written([](auto& out) {
          out.packed_fixed(1, std::span<const double>());
          out.packed_varints(2, std::span<const std::int64_t>());
        }).empty());
  CHECK(written([](auto& out) { out.message(1, [] {}); }) == "\x0A\x00"s);
}

TEST_CASE("lengths of messages of every size") {
  for (const std::size_t size :
       {0U, 1U, 125U, 126U, 127U, 128U, 16380U, 16381U, 16384U, 3'000'000U}) {
    CAPTURE(size);
    const std::string inside(size, 'x');
    const std::string bytes = written([&](auto& out) {
      out.varint(1, 5);
      out.message(2, [&] { out.message(3, [&] { out.bytes(4, inside); }); });
      out.varint(5, 6);
    });
    const WireMessage message(bytes);
    const bool same = message.message(2).message(3).text(4) == inside;
    CHECK(same);
    CHECK(message.integer(1) == 5);
    CHECK(message.integer(5) == 6);
  }
}

TEST_CASE("deep messages take no time out of proportion") {
  constexpr int depth = 2000;
  WireWriter out;
  nest(out, depth);
  std::string bytes = std::move(out).text();
  for (int i = 0; i < depth; ++i) bytes = WireMessage(bytes).text(1);
  CHECK(bytes == "\x10\x07");
}

}  // namespace deft
