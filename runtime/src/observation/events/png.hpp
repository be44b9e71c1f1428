#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace deft {

/// A picture of 8 bits a channel, row after row from the top: 1 channel is gray, 3 are red, green
/// and blue, 4 these and opacity.
struct Picture {
  std::size_t height = 0;
  std::size_t width = 0;
  std::size_t channels = 0;
  std::span<const std::uint8_t> pixels;  // height * width * channels
};

/// What a picture may take before it is compressed, so that all lengths in a PNG fit.
constexpr std::size_t max_picture_bytes = std::size_t{1} << 30U;

/// The file of a picture with pixels, of up to max_picture_bytes, in the format PNG
/// (https://www.w3.org/TR/png).
std::string encode_png(const Picture& picture);

}  // namespace deft
