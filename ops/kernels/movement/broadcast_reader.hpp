#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "walk.hpp"

namespace deft {

/// Reads an operand as if it had been repeated to the shape of the output to which it broadcasts.
class BroadcastReader {
 public:
  BroadcastReader(const Shape& operand, const Shape& output, std::size_t element_size)
      : BroadcastReader(broadcast_strides(operand, output), output, element_size) {}
  BroadcastReader(const Strides& strides, const Shape& output, std::size_t element_size)
      : walk_(output, {&strides, 1}), element_size_(element_size) {}

  /// True if the elements lie in order, `stride()` apart: nothing need be written out.
  bool in_order() const { return walk_.rank == 1; }
  std::int64_t stride() const { return walk_.row_stride(0); }

  /// Writes elements [first, first + count) to `to`.
  void write_out(const void* operand, std::int64_t first, std::int64_t count, void* to) const {
    if (element_size_ == 1) write_as<std::uint8_t>(operand, first, count, to);
    if (element_size_ == 2) write_as<std::uint16_t>(operand, first, count, to);
    if (element_size_ == 4) write_as<std::uint32_t>(operand, first, count, to);
    if (element_size_ == 8) write_as<std::uint64_t>(operand, first, count, to);
  }

 private:
  template <class T>
  void write_as(const void* operand, std::int64_t first, std::int64_t count, void* to) const {
    const T* from = static_cast<const T*>(operand);
    T* tile = static_cast<T*>(to);
    if (walk_.rank == 2 && walk_.strides[0][0] == 0)
      gather_equal_rows(walk_, from, first, count, tile);
    else if (walk_.rank == 2 && walk_.row_stride(0) == 0)
      gather_equal_columns(walk_, from, first, count, tile);
    else
      gather(walk_, from, first, count, tile);
  }

  Walk walk_;
  std::size_t element_size_;
};

}  // namespace deft
