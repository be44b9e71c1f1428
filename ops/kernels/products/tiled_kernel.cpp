#include "kernels/products/tiled_kernel.hpp"

#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/products/tiled_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/products/tiled-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

/// K. Goto and R. van de Geijn, "Anatomy of high-performance matrix multiplication" (2008).
template <class T, std::int64_t Vectors>
void multiply_by(const TiledPart<T>& part) {
  constexpr std::int64_t height = strip_rows<Vectors>;
  constexpr std::int64_t width = strip_columns<T, Vectors>;
  for (std::int64_t column = 0; column < part.n; column += tiled_columns) {
    const std::int64_t columns = std::min(tiled_columns, part.n - column);
    for (std::int64_t term = 0; term < part.k; term += tiled_terms) {
      const std::int64_t terms = std::min(tiled_terms, part.k - term);
      pack<width>(part.b + term * part.b_term + column * part.b_column, part.b_column, part.b_term,
                  columns, terms, part.packed_b);
      for (std::int64_t row = 0; row < part.m; row += tiled_rows) {
        const std::int64_t rows = std::min(tiled_rows, part.m - row);
        pack<height>(part.a + row * part.a_row + term * part.a_term, part.a_row, part.a_term, rows,
                     terms, part.packed_a);
        for (std::int64_t j = 0; j < columns; j += width)
          for (std::int64_t i = 0; i < rows; i += height) {
            Tile<T, Vectors> sum;
            multiply_strips<T, Vectors>(part.packed_a + i * terms, part.packed_b + j * terms, terms,
                                        sum);
            store_tile<T, Vectors>(sum, term > 0, part.c + (row + i) * part.c_row + column + j,
                                   part.c_row, std::min(height, rows - i),
                                   std::min(width, columns - j));
          }
      }
    }
  }
}

template <class T>
void multiply(const TiledPart<T>& part) {
  if (part.n <= lanes<T>)
    multiply_by<T, 1>(part);
  else
    multiply_by<T, most_vectors>(part);
}

TiledKernel<float> choose_tiled_f32() { return multiply<float>; }
TiledKernel<double> choose_tiled_f64() { return multiply<double>; }

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_tiled_f32);
HWY_EXPORT(choose_tiled_f64);

template <>
TiledKernel<float> tiled_kernel() {
  return HWY_DYNAMIC_DISPATCH(choose_tiled_f32)();
}
template <>
TiledKernel<double> tiled_kernel() {
  return HWY_DYNAMIC_DISPATCH(choose_tiled_f64)();
}

}  // namespace deft
#endif
