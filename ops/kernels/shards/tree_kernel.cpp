#include "kernels/shards/tree_kernel.hpp"

#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/shards/tree_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/products/tiled-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {

/// The sums of two strips over all chains. These are made one after the other; what waits for its
/// neighbour lies in a tile for each level of the tree.
template <class T, std::int64_t Vectors>
HWY_INLINE void multiply_tree(const T* a, const T* b, const TreePart<T>& part,
                              Tile<T, Vectors>& sum) {
  const Lanes<T> d;
  alignas(64) T waiting[most_tree_levels][strip_rows<Vectors>][strip_columns<T, Vectors>];
  for (std::int64_t chain = 0;; ++chain) {
    multiply_strips<T, Vectors>(a, b, part.terms, sum);
    a += part.terms * strip_rows<Vectors>;
    b += part.terms * strip_columns<T, Vectors>;
    std::int64_t level = 0;
    for (; ((chain >> level) & 1) != 0; ++level)
      for (std::int64_t i = 0; i < strip_rows<Vectors>; ++i)
        for (std::int64_t j = 0; j < Vectors; ++j)
          sum[i][j] = hn::Add(hn::Load(d, waiting[level][i] + j * lanes<T>), sum[i][j]);
    if (chain + 1 == part.chains) return;
    for (std::int64_t i = 0; i < strip_rows<Vectors>; ++i)
      for (std::int64_t j = 0; j < Vectors; ++j)
        hn::Store(sum[i][j], d, waiting[level][i] + j * lanes<T>);
  }
}

/// The columns from j on, `Vectors` wide: a strip of b stays in a near cache while those of a pass
/// by.
template <class T, std::int64_t Vectors>
void sum_strip(const TreePart<T>& part, std::int64_t j) {
  constexpr std::int64_t height = strip_rows<Vectors>;
  constexpr std::int64_t width = strip_columns<T, Vectors>;
  const std::int64_t terms = part.chains * part.terms;
  const std::int64_t columns = std::min(width, part.n - j);
  pack<width>(part.b + j, 1, part.b_term, columns, terms, part.packed_b);
  for (std::int64_t i = 0; i < part.m; i += height) {
    Tile<T, Vectors> sum;
    multiply_tree<T, Vectors>(part.packed_a + i * terms, part.packed_b, part, sum);
    store_tile<T, Vectors>(sum, false, part.c + i * part.c_row + j, part.c_row,
                           std::min(height, part.m - i), columns);
  }
}

/// The last columns, in as few vectors as the height of strips allows that others have too.
template <class T>
void sum_products(const TreePart<T>& part) {
  constexpr std::int64_t narrow = strip_rows<1> == strip_rows<most_vectors> ? 1 : 2;
  const std::int64_t terms = part.chains * part.terms;
  if (part.n <= lanes<T>) {
    pack<strip_rows<1>>(part.a, 1, part.a_term, part.m, terms, part.packed_a);
    return sum_strip<T, 1>(part, 0);
  }
  pack<strip_rows<most_vectors>>(part.a, 1, part.a_term, part.m, terms, part.packed_a);
  for (std::int64_t j = 0; j < part.n; j += strip_columns<T, most_vectors>) {
    const std::int64_t vectors = (part.n - j + lanes<T> - 1) / lanes<T>;
    if (vectors <= narrow)
      sum_strip<T, narrow>(part, j);
    else if (vectors == 2)
      sum_strip<T, 2>(part, j);
    else
      sum_strip<T, most_vectors>(part, j);
  }
}

TreeKernel<float> choose_tree_f32() { return sum_products<float>; }
TreeKernel<double> choose_tree_f64() { return sum_products<double>; }

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_tree_f32);
HWY_EXPORT(choose_tree_f64);

template <>
TreeKernel<float> tree_kernel() {
  return HWY_DYNAMIC_DISPATCH(choose_tree_f32)();
}
template <>
TreeKernel<double> tree_kernel() {
  return HWY_DYNAMIC_DISPATCH(choose_tree_f64)();
}

}  // namespace deft
#endif
