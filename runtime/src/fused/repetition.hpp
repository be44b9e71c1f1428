#pragma once

#include <cstdint>

#include <deft/core/shape.hpp>

#include "fused_kernel.hpp"

namespace deft {

/// How an operand is repeated in the rows of a result.
enum class Repetition : std::uint8_t {
  none,            // as many elements, in order
  element,         // one element for everything
  element_of_row,  // one for each row
  row,             // the same row for every row
  part_of_row,     // a row for each row, repeated in it in another way
  other,
};

/// True if `operand` is the last `count` elements of every row of `result`.
inline bool ends_with(const Shape& result, const Shape& operand, std::int64_t count) {
  std::int64_t found = 1;
  for (std::size_t i = 1; i <= operand.rank() && found < count; ++i) {
    const std::int64_t dim = operand.dims()[operand.rank() - i];
    if (dim != result.dims()[result.rank() - i]) return false;
    found *= dim;
  }
  return found == count;
}

/// How `operand` is repeated to `result`, which has `rows` rows.
inline Repetition repetition(const Shape& operand, const Shape& result, std::int64_t rows) {
  const std::int64_t elements = operand.num_elements();
  if (elements == result.num_elements()) return Repetition::none;
  if (elements == 1) return Repetition::element;
  if (keeps_rows(operand, result, rows))
    return elements == rows ? Repetition::element_of_row : Repetition::part_of_row;
  const std::int64_t row = result.num_elements() / rows;
  return elements == row && ends_with(result, operand, row) ? Repetition::row : Repetition::other;
}

/// Rows of at least so many elements are worth a call each; shorter ones are taken many at a time.
constexpr std::int64_t least_row_of_call = 32;

}  // namespace deft
