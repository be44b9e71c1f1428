#include "observation/events/png.hpp"

#include <zlib.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace deft {
namespace {

std::uint32_t u32_at(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i)
    number = number << 8U | static_cast<std::uint8_t>(bytes.at(at + i));
  return number;
}

/// Type and content of all chunks; checks their checksums.
std::vector<std::pair<std::string, std::string>> chunks_of(const std::string& png) {
  REQUIRE(png.substr(0, 8) == "\x89PNG\r\n\x1A\n");
  std::vector<std::pair<std::string, std::string>> chunks;
  for (std::size_t at = 8; at < png.size();) {
    const std::size_t size = u32_at(png, at);
    const std::string checked = png.substr(at + 4, size + 4);
    CHECK(u32_at(png, at + 8 + size) == ::crc32(0, reinterpret_cast<const Bytef*>(checked.data()),
                                                static_cast<uInt>(checked.size())));
    chunks.emplace_back(checked.substr(0, 4), checked.substr(4));
    at += size + 12;
  }
  return chunks;
}

std::string inflated(const std::string& bytes, std::size_t size) {
  std::string result(size + 1, '\0');
  uLongf length = result.size();
  REQUIRE(::uncompress(reinterpret_cast<Bytef*>(result.data()), &length,
                       reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()) == Z_OK);
  result.resize(length);
  return result;
}

}  // namespace

TEST_CASE("a PNG has the pixels of the picture") {
  struct Kind {
    std::size_t channels;
    char color_type;
  };
  for (const auto [channels, color_type] : {Kind{1, 0}, Kind{3, 2}, Kind{4, 6}}) {
    for (const auto& [height, width] :
         std::vector<std::pair<std::size_t, std::size_t>>{{1, 1}, {3, 5}, {300, 257}}) {
      std::vector<std::uint8_t> pixels(height * width * channels);
      for (std::size_t i = 0; i < pixels.size(); ++i)
        pixels[i] = static_cast<std::uint8_t>(i * i / 7 + 3);
      const auto chunks = chunks_of(encode_png({height, width, channels, pixels}));
      REQUIRE(chunks.size() == 3);
      const auto& [header_type, header] = chunks[0];
      CHECK(header_type == "IHDR");
      REQUIRE(header.size() == 13);
      CHECK(u32_at(header, 0) == width);
      CHECK(u32_at(header, 4) == height);
      CHECK(header.substr(8) == std::string{8, color_type, 0, 0, 0});

      std::string rows;
      for (std::size_t row = 0; row < height; ++row) {
        const std::size_t row_bytes = width * channels;
        rows += '\0';
        rows.append(reinterpret_cast<const char*>(&pixels[row * row_bytes]), row_bytes);
      }
      CHECK(chunks[1].first == "IDAT");
      const bool same = inflated(chunks[1].second, rows.size()) == rows;
      CHECK(same);
      CHECK(chunks[2].first == "IEND");
      CHECK(chunks[2].second.empty());
    }
  }
}

}  // namespace deft
