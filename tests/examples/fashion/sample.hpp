#pragma once

#include <cstdint>
#include <string>

#include "fashion/options.hpp"
#include "fashion/pictures.hpp"
#include "support/temp_folder.hpp"

namespace examples::fashion {

/// Four bytes, the most significant first.
inline std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (const std::uint32_t shift : {24U, 16U, 8U, 0U}) {
    bytes += static_cast<char>((value >> shift) & 0xFFU);
  }
  return bytes;
}

/// A value from 0 to 255 that looks random, of each position.
inline std::uint8_t noise(std::uint64_t position) {
  std::uint64_t bits = (position + 1) * 0x9E3779B97F4A7C15U;
  bits ^= bits >> 29U;
  bits *= 0xBF58476D1CE4E5B9U;
  return static_cast<std::uint8_t>(bits >> 56U);
}

/// Pictures of label i % 10 that are noise but for a bright band, lower for larger labels.
inline Pictures sample_pictures(std::int64_t count, std::uint64_t seed) {
  Pictures pictures{deft::Tensor::zeros(deft::DType::u8, {count, side, side}),
                    deft::Tensor::zeros(deft::DType::u8, {count})};
  const auto pixels = pictures.pixels.mutable_data<std::uint8_t>();
  const auto labels = pictures.labels.mutable_data<std::uint8_t>();
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const std::size_t picture = i / static_cast<std::size_t>(side * side);
    const std::size_t row = i / static_cast<std::size_t>(side) % static_cast<std::size_t>(side);
    const std::size_t label = picture % class_names.size();
    labels[picture] = static_cast<std::uint8_t>(label);
    const bool in_band = row / 2 == 2 + label;
    pixels[i] = in_band ? 230 : static_cast<std::uint8_t>(noise(seed * 10'000'000 + i) / 2);
  }
  return pictures;
}

inline Dataset sample_dataset() { return {sample_pictures(512, 1), sample_pictures(100, 2)}; }

/// A file in the format IDX, not compressed.
inline std::string idx_bytes(const deft::Tensor& tensor) {
  std::string bytes{'\0', '\0', '\x08', static_cast<char>(tensor.shape().rank())};
  for (const std::int64_t size : tensor.shape().dims()) {
    bytes += big_endian(static_cast<std::uint32_t>(size));
  }
  return bytes.append(static_cast<const char*>(tensor.raw()), tensor.num_bytes());
}

/// Writes the files that read_dataset reads; returns their folder.
inline std::string add_dataset(const deft::TempFolder& folder, const Dataset& data) {
  folder.add("train-images-idx3-ubyte.gz", idx_bytes(data.train.pixels));
  folder.add("train-labels-idx1-ubyte.gz", idx_bytes(data.train.labels));
  folder.add("t10k-images-idx3-ubyte.gz", idx_bytes(data.test.pixels));
  folder.add("t10k-labels-idx1-ubyte.gz", idx_bytes(data.test.labels));
  return folder / ".";
}

/// Options of a training that takes no time.
inline Options sample_options(ModelKind model = ModelKind::mlp) {
  Options options;
  options.model = model;
  options.epochs = 3;
  options.threads = 1;
  return options;
}

}  // namespace examples::fashion
