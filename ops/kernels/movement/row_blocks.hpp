#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "kernels/blocks.hpp"

namespace deft {

/// Rows of equal length cut into blocks of about block_elements: some whole rows each, or pieces of
/// one row where rows are longer than that.
class RowBlocks {
 public:
  /// A piece of a row is a multiple of `unit` elements.
  RowBlocks(std::int64_t rows, std::int64_t length, std::int64_t unit = 1)
      : rows_(rows),
        length_(length),
        rows_at_once_(per_block(length)),
        piece_(length <= block_elements ? length : per_block(unit) * unit),
        pieces_(ceil_div(length, piece_)) {}

  std::int64_t blocks() const { return ceil_div(rows_, rows_at_once_) * pieces_; }
  std::int64_t length() const { return length_; }

  /// The elements [begin, end) of each of the rows [row, row + rows).
  struct Block {
    std::int64_t row;
    std::int64_t rows;
    std::int64_t begin;
    std::int64_t end;
  };

  Block block(std::int64_t number) const {
    const std::int64_t row = number / pieces_ * rows_at_once_;
    const std::int64_t begin = number % pieces_ * piece_;
    return {row, std::min(rows_at_once_, rows_ - row), begin, std::min(begin + piece_, length_)};
  }

 private:
  std::int64_t rows_;
  std::int64_t length_;
  std::int64_t rows_at_once_;
  std::int64_t piece_;
  std::int64_t pieces_;
};

/// Copies the first and the last `some` of `count` elements, which are all if count <= 2 some.
template <std::int64_t some, class T>
void copy_ends(const T* from, std::int64_t count, T* to) {
  std::copy_n(from, some, to);
  std::copy_n(from + count - some, some, to + count - some);
}

/// Copies elements that lie in order. A call of memcpy costs as much as some elements.
template <class T>
void copy_run(const T* from, std::int64_t count, T* to) {
  if (count > 32)
    std::copy_n(from, count, to);
  else if (count > 16)
    copy_ends<16>(from, count, to);
  else if (count > 8)
    copy_ends<8>(from, count, to);
  else if (count > 4)
    copy_ends<4>(from, count, to);
  else
    for (std::int64_t i = 0; i < count; ++i) to[i] = from[i];
}

/// Copies the first `length` elements of each of some rows, `pitch` apart.
template <class T>
void copy_rows(const T* from, std::int64_t from_pitch, T* to, std::int64_t to_pitch,
               std::int64_t rows, std::int64_t length) {
  const auto copy_each = [&](auto copy) {
    for (std::int64_t r = 0; r < rows; ++r) copy(from + r * from_pitch, to + r * to_pitch);
  };
  const auto copy_few = [&]<int count>(std::integral_constant<int, count>) {
    copy_each([](const T* row, T* copied) {
      for (int i = 0; i < count; ++i) copied[i] = row[i];
    });
  };
  switch (length) {
    case 1:
      return copy_few(std::integral_constant<int, 1>());
    case 2:
      return copy_few(std::integral_constant<int, 2>());
    case 3:
      return copy_few(std::integral_constant<int, 3>());
    case 4:
      return copy_few(std::integral_constant<int, 4>());
    default:
      return copy_each([&](const T* row, T* copied) { copy_run(row, length, copied); });
  }
}

}  // namespace deft
