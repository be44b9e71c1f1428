#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <utility>

#include <deft/core/row.hpp>
#include <deft/core/shape.hpp>

namespace deft {

/// How many elements lie between neighbours along each dimension.
using Strides = std::array<std::int64_t, Shape::max_rank>;

/// The strides of a dense row-major tensor.
Strides dense_strides(const Shape& shape);

/// The strides with which `operand`, dense, is read along the dimensions of `output`, to which it
/// broadcasts: 0 where it is repeated.
Strides broadcast_strides(const Shape& operand, const Shape& output);

/// The elements of a dense output in order, beside up to three operands read with strides.
/// Dimensions of 1 are left out and neighbours merged where every operand allows it; at least one
/// dimension remains.
struct Walk {
  static constexpr std::size_t max_operands = Row::max_inputs;

  std::size_t rank = 1;
  std::size_t operands = 0;
  std::array<std::int64_t, Shape::max_rank> dims{};
  std::array<Strides, max_operands> strides{};

  Walk() = default;
  Walk(const Shape& output, std::span<const Strides> operand_strides);

  /// The length of the last dimension.
  std::int64_t row_length() const { return dims[rank - 1]; }

  /// The stride of an operand along the last dimension.
  std::int64_t row_stride(std::size_t operand) const { return strides[operand][rank - 1]; }
};

/// A row of a walk: an index into all dimensions but the last.
class RowCursor {
 public:
  RowCursor(const Walk& walk, std::int64_t row);

  /// Where the row begins in an operand.
  std::int64_t offset(std::size_t operand) const { return offsets_[operand]; }

  /// Goes to the next row.
  void advance();

 private:
  const Walk& walk_;
  std::array<std::int64_t, Shape::max_rank> index_{};
  std::array<std::int64_t, Walk::max_operands> offsets_{};
};

/// Calls f(cursor, within, n) for the elements [first, first + count) of a walk, row by row: n
/// elements of the cursor's row, from element `within` of it on.
template <class F>
void for_each_run(const Walk& walk, std::int64_t first, std::int64_t count, const F& f) {
  const std::int64_t length = walk.row_length();
  std::int64_t within = first % length;
  for (RowCursor cursor(walk, first / length); count > 0; within = 0, cursor.advance()) {
    const std::int64_t n = std::min(length - within, count);
    f(std::as_const(cursor), within, n);
    count -= n;
  }
}

/// Writes the elements [first, first + count) of a walk, as operand 0 has them, to `to`.
template <class T>
void gather(const Walk& walk, const T* operand, std::int64_t first, std::int64_t count, T* to) {
  const std::int64_t stride = walk.row_stride(0);
  for_each_run(walk, first, count, [&](const RowCursor& row, std::int64_t within, std::int64_t n) {
    const T* from = operand + row.offset(0) + within * stride;
    for (std::int64_t i = 0; i < n; ++i) to[i] = from[i * stride];
    to += n;
  });
}

// As gather, for two common walks of rank 2 whose rows may be too short for a cursor.

/// Rows are all equal: [m] against [n, m]. What has been written is doubled.
template <class T>
void gather_equal_rows(const Walk& walk, const T* operand, std::int64_t first, std::int64_t count,
                       T* to) {
  const std::int64_t length = walk.row_length();
  std::int64_t done = std::min(length, count);
  for (std::int64_t i = 0; i < done; ++i) to[i] = operand[(first + i) % length];
  while (done < count) {
    const std::int64_t n = std::min(done, count - done);
    std::copy_n(to, n, to + done);
    done += n;
  }
}

/// All elements of a row are equal: [n, 1] against [n, m].
template <class T>
void gather_equal_columns(const Walk& walk, const T* operand, std::int64_t first,
                          std::int64_t count, T* to) {
  constexpr std::int64_t at_once = 4;  // elements, some of which the next row overwrites
  const std::int64_t length = walk.row_length();
  const T* from = operand + first / length;
  std::int64_t within = first % length;
  std::int64_t i = 0;
  for (; within == 0 && i + length + at_once <= count; i += length, ++from)
    for (std::int64_t k = 0; k < length; k += at_once) std::fill_n(to + i + k, at_once, *from);
  for (; i < count; ++i) {
    to[i] = *from;
    if (++within < length) continue;
    within = 0;
    ++from;
  }
}

}  // namespace deft
