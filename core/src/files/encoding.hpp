#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <deft/core/dtype.hpp>
#include <deft/core/shape.hpp>
#include <deft/core/tensor.hpp>

#include "files/byte_reader.hpp"

namespace deft {

/// How files write elements of a dtype.
struct Encoding {
  std::string_view npy;          // after the byte order: "f4"; empty where npy has no such type
  std::string_view safetensors;  // "F32"
  int idx = -1;                  // 0x0D; negative where IDX has no such type
  DType dtype = DType::f32;
};

/// nullptr if deft has no tensor for such elements.
const Encoding* find_npy_encoding(std::string_view type);
const Encoding* find_safetensors_encoding(std::string_view type);
const Encoding* find_idx_encoding(int type);

/// The encoding in which a tensor is written.
const Encoding& encoding_of(DType dtype);

enum class ByteOrder { little, big };

/// What elements in a file are.
struct ElementsInfo {
  const Encoding* encoding = nullptr;
  Shape shape;

  /// That they take in the file.
  std::uint64_t bytes() const {
    return static_cast<std::uint64_t>(shape.num_elements()) * size_of(encoding->dtype);
  }
};

/// Elements of such dimensions. Fails, at `position`, if no tensor can have them, or their size
/// does not fit in 63 bits.
ElementsInfo describe_elements(const ByteReader& reader, std::uint64_t position,
                               const Encoding& encoding, std::span<const std::uint64_t> dims);

/// Reads the elements of a tensor in row-major order. Takes memory only if the file can hold them.
Tensor read_elements(ByteReader& reader, const ElementsInfo& info, ByteOrder order);

/// The bytes of a tensor, as files in little-endian order hold them.
std::span<const std::byte> bytes_of(const Tensor& tensor);

}  // namespace deft
