#pragma once

#include <cstdint>

namespace deft {

/// What all direct methods consist of: y[j] -= c[p * c_step] * x[p * x_row + j] for p = 0, 1, ...,
/// count - 1 in this order, each one fused multiply-add where the processor has that, for
/// 0 <= j < n.
using SubtractRows = void (*)(const double* c, std::int64_t c_step, const double* x,
                              std::int64_t x_row, std::int64_t count, std::int64_t n, double* y);

/// The one for this processor.
SubtractRows subtract_rows();

/// Rows that are subtracted at a time: a block of 1000 columns stays in the second-level cache.
constexpr std::int64_t rows_at_a_time = 32;

}  // namespace deft
