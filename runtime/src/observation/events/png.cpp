#include "png.hpp"

#include <zlib.h>

#include <array>
#include <new>
#include <string_view>

namespace deft {
namespace {

/// In big-endian order.
void append_u32(std::string& bytes, std::uint32_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    bytes += static_cast<char>(number >> shift & 0xFFU);
}

/// Length, type and content, and a checksum of both of these.
void append_chunk(std::string& png, std::string_view type, std::string_view content) {
  append_u32(png, static_cast<std::uint32_t>(content.size()));
  const std::size_t begin = png.size();
  png += type;
  png += content;
  const auto* const checked = reinterpret_cast<const Bytef*>(png.data() + begin);
  append_u32(png, static_cast<std::uint32_t>(::crc32_z(0, checked, png.size() - begin)));
}

std::string header_of(const Picture& picture) {
  constexpr std::array<char, 5> color_types{0, 0, 0, 2, 6};  // by channels: of 1, 3 and 4
  std::string header;
  append_u32(header, static_cast<std::uint32_t>(picture.width));
  append_u32(header, static_cast<std::uint32_t>(picture.height));
  header += char{8};  // bits of a channel
  header += color_types.at(picture.channels);
  header.append(3, '\0');  // the only methods there are to compress and to filter; no interlacing
  return header;
}

/// Rows with their filter before them: none.
std::string rows_of(const Picture& picture) {
  const std::size_t row_bytes = picture.width * picture.channels;
  std::string rows;
  rows.reserve(picture.height * (row_bytes + 1));
  for (std::size_t row = 0; row < picture.height; ++row) {
    rows += '\0';
    rows.append(reinterpret_cast<const char*>(picture.pixels.data() + row * row_bytes), row_bytes);
  }
  return rows;
}

std::string compressed(std::string_view bytes) {
  uLongf size = ::compressBound(bytes.size());
  std::string result(size, '\0');
  if (::compress(reinterpret_cast<Bytef*>(result.data()), &size,
                 reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()) != Z_OK) {
    throw std::bad_alloc();
  }
  result.resize(size);
  return result;
}

}  // namespace

std::string encode_png(const Picture& picture) {
  std::string png = "\x89PNG\r\n\x1A\n";
  append_chunk(png, "IHDR", header_of(picture));
  append_chunk(png, "IDAT", compressed(rows_of(picture)));
  append_chunk(png, "IEND", "");
  return png;
}

}  // namespace deft
