#include "fused/portable/row_sweep.hpp"
#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/portable/row_sweep.cpp"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/elementwise/arithmetic-inl.hpp"
#include "kernels/products/skinny/skinny-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace deft {
namespace HWY_NAMESPACE {

/// Vectors of the accumulator. They leave registers for what an instruction needs beside them.
constexpr std::size_t sweep_vectors = HWY_TARGET == HWY_AVX3 ? 16 : 8;

template <class T>
using Sums = T[most_sweep_sums][virtual_lanes<T>];

template <class T>
using Instruction = SweepInstruction<T>;

/// accumulator = x
template <std::size_t B, class D, class T = hn::TFromD<D>>
HWY_INLINE void load(D d, const Instruction<T>& instruction, std::int64_t row,
                     hn::Vec<D> (&accumulator)[B]) {
  constexpr std::size_t width = hn::MaxLanes(d);
  const T* const x = instruction.x + row;
  if (instruction.repeated)
    std::fill_n(accumulator, B, hn::Set(d, *instruction.x));
  else
    for (std::size_t v = 0; v < B; ++v) accumulator[v] = hn::LoadU(d, x + v * width);
}

/// y = accumulator
template <std::size_t B, class D, class T = hn::TFromD<D>>
HWY_INLINE void store(D d, const Instruction<T>& instruction, std::int64_t row,
                      const hn::Vec<D> (&accumulator)[B]) {
  constexpr std::size_t width = hn::MaxLanes(d);
  T* const y = instruction.y + row;
  for (std::size_t v = 0; v < B; ++v) hn::StoreU(accumulator[v], d, y + v * width);
}

/// accumulator = apply(accumulator)
template <std::size_t B, class D, class Apply>
HWY_INLINE void map_one(D d, hn::Vec<D> (&accumulator)[B], const Apply& apply) {
  const VectorArithmetic<D> a{d, {}};
  for (auto& v : accumulator) v = apply(a, v);
}

/// accumulator = apply(accumulator, x)
template <std::size_t B, class D, class Apply, class T = hn::TFromD<D>>
HWY_INLINE void map_two(D d, const Instruction<T>& instruction, std::int64_t row,
                        hn::Vec<D> (&accumulator)[B], const Apply& apply) {
  constexpr std::size_t width = hn::MaxLanes(d);
  const VectorArithmetic<D> a{d, {}};
  const T* const x = instruction.x + row;
  if (instruction.repeated) {
    const auto all = hn::Set(d, *instruction.x);
    for (auto& v : accumulator) v = apply(a, v, all);
  } else {
    for (std::size_t v = 0; v < B; ++v)
      accumulator[v] = apply(a, accumulator[v], hn::LoadU(d, x + v * width));
  }
}

/// Adds the terms of a product from `first` on to the accumulator.
template <std::size_t B, class D, class T = hn::TFromD<D>>
HWY_INLINE void add_terms(D d, const Instruction<T>& instruction, std::int64_t row,
                          std::int64_t first, hn::Vec<D> (&accumulator)[B]) {
  constexpr std::size_t width = hn::MaxLanes(d);
  for (std::int64_t i = first; i < instruction.columns; ++i) {
    const T* const x = instruction.x + i * instruction.column + row;
    const auto factor = hn::Set(d, instruction.y[i]);
    for (std::size_t v = 0; v < B; ++v)
      accumulator[v] = hn::MulAdd(hn::LoadU(d, x + v * width), factor, accumulator[v]);
  }
}

template <std::size_t B, class D, class T = hn::TFromD<D>>
HWY_INLINE void multiply(D d, const Instruction<T>& instruction, std::int64_t row,
                         hn::Vec<D> (&accumulator)[B]) {
  constexpr std::size_t width = hn::MaxLanes(d);
  const T* const x = instruction.x + row;
  const auto factor = hn::Set(d, instruction.y[0]);
  for (std::size_t v = 0; v < B; ++v) accumulator[v] = hn::Mul(hn::LoadU(d, x + v * width), factor);
  add_terms(d, instruction, row, 1, accumulator);
}

/// Adds the products of the accumulator and N columns of x to `sums`, a virtual vector of L lanes
/// for each column: row p goes to lane p mod L. Sums of several columns need not wait for each
/// other.
template <std::size_t N, std::size_t B, class D, class T = hn::TFromD<D>>
HWY_INLINE void add_columns(D d, const T* x, std::int64_t column,
                            const hn::Vec<D> (&accumulator)[B], T* sums) {
  constexpr std::size_t width = hn::MaxLanes(d);
  constexpr std::size_t pieces = std::min(B, virtual_lanes<T> / width);
  hn::Vec<D> lanes[N][pieces];
  for (std::size_t j = 0; j < N; ++j)
    for (std::size_t i = 0; i < pieces; ++i)
      lanes[j][i] = hn::LoadU(d, sums + j * virtual_lanes<T> + i * width);
  for (std::size_t v = 0; v < B; ++v)
    for (std::size_t j = 0; j < N; ++j)
      lanes[j][v % pieces] =
          hn::MulAdd(hn::LoadU(d, x + static_cast<std::int64_t>(j) * column + v * width),
                     accumulator[v], lanes[j][v % pieces]);
  for (std::size_t j = 0; j < N; ++j)
    for (std::size_t i = 0; i < pieces; ++i)
      hn::StoreU(lanes[j][i], d, sums + j * virtual_lanes<T> + i * width);
}

template <std::size_t B, class D, class T = hn::TFromD<D>>
HWY_INLINE void add_to_sums(D d, const Instruction<T>& instruction, std::int64_t row,
                            const hn::Vec<D> (&accumulator)[B], Sums<T>& sums) {
  const T* const x = instruction.x + row;
  T* const to = sums[instruction.first_sum] + static_cast<std::size_t>(row) % virtual_lanes<T>;
  std::int64_t i = 0;
  for (; i + 2 <= instruction.columns; i += 2)
    add_columns<2>(d, x + i * instruction.column, instruction.column, accumulator,
                   to + static_cast<std::size_t>(i) * virtual_lanes<T>);
  if (i < instruction.columns)
    add_columns<1>(d, x + i * instruction.column, instruction.column, accumulator,
                   to + static_cast<std::size_t>(i) * virtual_lanes<T>);
}

/// Runs all instructions for B vectors of rows at a time, from `row` on, as often as so many rows
/// are left. Returns the first row that is left.
template <std::size_t B, class D, class T = hn::TFromD<D>>
HWY_INLINE std::int64_t sweep_rows(D d, std::span<const Instruction<T>> program, std::int64_t row,
                                   std::int64_t rows, Sums<T>& sums) {
  constexpr std::size_t width = hn::MaxLanes(d);
  constexpr auto at_once = static_cast<std::int64_t>(B * width);
  for (; row + at_once <= rows; row += at_once) {
    hn::Vec<D> accumulator[B];
    std::fill_n(accumulator, B, hn::Zero(d));
    for (const Instruction<T>& instruction : program) {
      switch (instruction.code) {
        case SweepCode::load:
          load(d, instruction, row, accumulator);
          break;
        case SweepCode::product:
          multiply(d, instruction, row, accumulator);
          break;
        case SweepCode::zero_product:
          std::fill_n(accumulator, B, hn::Zero(d));
          add_terms(d, instruction, row, 0, accumulator);
          break;
        case SweepCode::neg:
          map_one(d, accumulator, [](auto a, auto v) HWY_ATTR { return a.neg(v); });
          break;
        case SweepCode::square:
          map_one(d, accumulator, [](auto a, auto v) HWY_ATTR { return a.mul(v, v); });
          break;
        case SweepCode::abs:
          map_one(d, accumulator, [](auto a, auto v) HWY_ATTR { return a.abs(v); });
          break;
        case SweepCode::add:
          map_two(d, instruction, row, accumulator,
                  [](auto a, auto v, auto x) HWY_ATTR { return a.add(v, x); });
          break;
        case SweepCode::sub:
          map_two(d, instruction, row, accumulator,
                  [](auto a, auto v, auto x) HWY_ATTR { return a.sub(v, x); });
          break;
        case SweepCode::sub_from:
          map_two(d, instruction, row, accumulator,
                  [](auto a, auto v, auto x) HWY_ATTR { return a.sub(x, v); });
          break;
        case SweepCode::mul:
          map_two(d, instruction, row, accumulator,
                  [](auto a, auto v, auto x) HWY_ATTR { return a.mul(v, x); });
          break;
        case SweepCode::div:
          map_two(d, instruction, row, accumulator,
                  [](auto a, auto v, auto x) HWY_ATTR { return a.div(v, x); });
          break;
        case SweepCode::divide:
          map_two(d, instruction, row, accumulator,
                  [](auto a, auto v, auto x) HWY_ATTR { return a.div(x, v); });
          break;
        case SweepCode::maximum:
          map_two(d, instruction, row, accumulator,
                  [](auto a, auto v, auto x) HWY_ATTR { return a.maximum(v, x); });
          break;
        case SweepCode::minimum:
          map_two(d, instruction, row, accumulator,
                  [](auto a, auto v, auto x) HWY_ATTR { return a.minimum(v, x); });
          break;
        case SweepCode::add_to_sums:
          add_to_sums(d, instruction, row, accumulator, sums);
          break;
        case SweepCode::store:
          store(d, instruction, row, accumulator);
          break;
      }
    }
  }
  return row;
}

/// Adds the lanes of a virtual vector in halves.
template <class T>
HWY_INLINE T folded(const T* sum) {
  const Lanes<T> d;
  constexpr std::size_t width = hn::MaxLanes(d);
  constexpr std::size_t pieces = virtual_lanes<T> / width;
  hn::Vec<decltype(d)> lanes[pieces];
  load_lines<pieces>(d, sum, static_cast<std::int64_t>(width), lanes);
  for (std::size_t h = pieces / 2; h > 0; h /= 2)
    for (std::size_t i = 0; i < h; ++i) lanes[i] = hn::Add(lanes[i], lanes[i + h]);
  return hn::GetLane(fold_lanes<1>(d, lanes[0]));
}

template <class T>
void sweep_over(std::span<const Instruction<T>> program, std::int64_t rows) {
  alignas(64) Sums<T> sums;
  const auto for_sums = [&](const auto& apply) {
    for (const Instruction<T>& instruction : program)
      if (instruction.code == SweepCode::add_to_sums)
        for (std::size_t i = 0; i < instruction.columns; ++i)
          apply(sums[instruction.first_sum + i], instruction.y[i]);
  };
  for_sums([](T* lanes, T&) { std::fill_n(lanes, virtual_lanes<T>, T{0}); });
  std::int64_t row = sweep_rows<sweep_vectors>(Lanes<T>(), program, 0, rows, sums);
  row = sweep_rows<4>(Lanes<T>(), program, row, rows, sums);
  row = sweep_rows<1>(Lanes<T>(), program, row, rows, sums);
  row = sweep_rows<1>(hn::CappedTag<T, 4>(), program, row, rows, sums);
  sweep_rows<1>(hn::CappedTag<T, 1>(), program, row, rows, sums);
  for_sums([](const T* lanes, T& to) HWY_ATTR { to = folded(lanes); });
}

RowSweep<float> choose_sweep_f32() { return sweep_over<float>; }
RowSweep<double> choose_sweep_f64() { return sweep_over<double>; }

}  // namespace HWY_NAMESPACE
}  // namespace deft
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_sweep_f32);
HWY_EXPORT(choose_sweep_f64);

template <>
RowSweep<float> row_sweep() {
  return HWY_DYNAMIC_DISPATCH(choose_sweep_f32)();
}
template <>
RowSweep<double> row_sweep() {
  return HWY_DYNAMIC_DISPATCH(choose_sweep_f64)();
}

}  // namespace deft
#endif
