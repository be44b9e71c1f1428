#include "direct.hpp"

#include <algorithm>
#include <cmath>

#include "subtract_rows.hpp"

namespace deft {
namespace {

void divide(double* x, std::int64_t count, double divisor) {
  for (std::int64_t i = 0; i < count; ++i) x[i] /= divisor;
}

/// From the first row to the last; each block of rows that is done is subtracted from all below.
void substitute_forward(const TriangularMatrix& t, double* x, std::int64_t k) {
  const SubtractRows subtract = subtract_rows();
  for (std::int64_t first = 0; first < t.n; first += rows_at_a_time) {
    const std::int64_t last = std::min(first + rows_at_a_time, t.n);
    for (std::int64_t i = first; i < t.n; ++i) {
      subtract(t.values + i * t.row + first * t.term, t.term, x + first * k, k,
               std::min(i, last) - first, k, x + i * k);
      if (i < last && !t.unit_diagonal) divide(x + i * k, k, t.values[i * (t.row + t.term)]);
    }
  }
}

/// From the last row to the first.
void substitute_backward(const TriangularMatrix& t, double* x, std::int64_t k) {
  const SubtractRows subtract = subtract_rows();
  for (std::int64_t last = t.n; last > 0; last -= std::min(rows_at_a_time, last)) {
    const std::int64_t first = std::max<std::int64_t>(last - rows_at_a_time, 0);
    for (std::int64_t i = last - 1; i >= 0; --i) {
      const std::int64_t from = std::max(i + 1, first);
      subtract(t.values + i * t.row + from * t.term, t.term, x + from * k, k, last - from, k,
               x + i * k);
      if (i >= first && !t.unit_diagonal) divide(x + i * k, k, t.values[i * (t.row + t.term)]);
    }
  }
}

/// The columns [first, last) of factor_general: pivots are sought below and rows exchanged as a
/// whole, but only these columns are eliminated. Returns the first pivot that is zero, or n.
std::int64_t factor_panel(double* a, std::int64_t n, std::int64_t first, std::int64_t last,
                          std::int64_t* exchanged) {
  const SubtractRows subtract = subtract_rows();
  std::int64_t zero = n;
  for (std::int64_t k = first; k < last; ++k) {
    std::int64_t pivot = k;
    for (std::int64_t i = k + 1; i < n; ++i)
      if (std::abs(a[i * n + k]) > std::abs(a[pivot * n + k])) pivot = i;
    exchanged[k] = pivot;
    if (pivot != k) std::swap_ranges(a + k * n, a + (k + 1) * n, a + pivot * n);
    if (a[k * n + k] == 0) {
      zero = std::min(zero, k);
      continue;  // so is all that is below
    }
    for (std::int64_t i = k + 1; i < n; ++i) {
      a[i * n + k] /= a[k * n + k];
      subtract(a + i * n + k, 1, a + k * n + k + 1, n, 1, last - k - 1, a + i * n + k + 1);
    }
  }
  return zero;
}

}  // namespace

void substitute(const TriangularMatrix& t, double* x, std::int64_t k) {
  if (t.lower)
    substitute_forward(t, x, k);
  else
    substitute_backward(t, x, k);
}

std::int64_t factor_symmetric(double* a, std::int64_t n) {
  const SubtractRows subtract = subtract_rows();
  for (std::int64_t first = 0; first < n; first += rows_at_a_time) {
    const std::int64_t last = std::min(first + rows_at_a_time, n);
    for (std::int64_t i = first; i < n; ++i) {
      double* row = a + i * n;
      subtract(a + first * n + i, n, a + first * n + i, n, std::min(i, last) - first, n - i,
               row + i);
      if (i >= last) continue;
      if (!(row[i] > 0)) return i;
      row[i] = std::sqrt(row[i]);
      divide(row + i + 1, n - i - 1, row[i]);
    }
  }
  return n;
}

std::int64_t factor_general(double* a, std::int64_t n, std::int64_t* exchanged) {
  const SubtractRows subtract = subtract_rows();
  std::int64_t zero = n;
  for (std::int64_t first = 0; first < n; first += rows_at_a_time) {
    const std::int64_t last = std::min(first + rows_at_a_time, n);
    zero = std::min(zero, factor_panel(a, n, first, last, exchanged));
    for (std::int64_t i = first + 1; i < n; ++i)
      subtract(a + i * n + first, 1, a + first * n + last, n, std::min(i, last) - first, n - last,
               a + i * n + last);
  }
  return zero;
}

void solve_general(const double* factors, const std::int64_t* exchanged, std::int64_t n, double* x,
                   std::int64_t k) {
  for (std::int64_t i = 0; i < n; ++i)
    if (exchanged[i] != i) std::swap_ranges(x + i * k, x + (i + 1) * k, x + exchanged[i] * k);
  substitute({factors, n, n, 1, true, true}, x, k);
  substitute({factors, n, n, 1, false, false}, x, k);
}

}  // namespace deft
