#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "files/byte_reader.hpp"
#include "files/encoding.hpp"

namespace deft {

/// What the header of an npy file says.
struct NpyHeader {
  const Encoding* encoding = nullptr;
  ByteOrder order = ByteOrder::little;
  bool fortran_order = false;  // the first index runs fastest
  std::vector<std::uint64_t> dims;
};

/// Reads `text`, a literal of Python such as
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`. It stands at `offset` of what
/// `reader` reads, which fails with the offset of what is wrong.
NpyHeader parse_npy_header(std::string_view text, const ByteReader& reader, std::uint64_t offset);

}  // namespace deft
