#include "kernels/reductions/reducer.hpp"

#include "kernels/simd/highway_targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/reductions/reducer.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <limits>
#include <type_traits>
#include <utility>

#include "kernels/simd/lanes-inl.hpp"
#include <deft/core/visit_dtype.hpp>

HWY_BEFORE_NAMESPACE();
namespace deft::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Accumulators that run side by side along a long row and a short one. The same numbers on every
/// instruction set, so that all of them round alike.
constexpr std::size_t long_row = 32;
constexpr std::size_t short_row = 8;

/// Vectors of neighbouring columns that are accumulated in registers together.
constexpr std::size_t column_vectors = 8;

constexpr std::size_t line_bytes = 64;  // of memory that the processor fetches at a time

struct Sum {
  template <class T>
  using Accumulator = std::conditional_t<std::is_floating_point_v<T>, double, T>;

  template <class A>
  static constexpr A identity() {
    return A{0};
  }

  template <class V>
  static HWY_INLINE V take(V x, V y) {
    return hn::Add(x, y);
  }
};

struct Product {
  template <class T>
  using Accumulator = Sum::Accumulator<T>;

  template <class A>
  static constexpr A identity() {
    return A{1};
  }

  template <class V>
  static HWY_INLINE V take(V x, V y) {
    return hn::Mul(x, y);
  }
};

/// NaN if any is NaN; the first of equals.
struct Max {
  template <class T>
  using Accumulator = T;

  template <class A>
  static constexpr A identity() {
    return std::is_floating_point_v<A> ? -std::numeric_limits<A>::infinity()
                                       : std::numeric_limits<A>::lowest();
  }

  template <class V>
  static HWY_INLINE V take(V x, V y) {
    return hn::IfThenElse(hn::Or(hn::Lt(x, y), hn::Not(hn::Eq(y, y))), y, x);
  }
};

/// As Max.
struct Min {
  template <class T>
  using Accumulator = T;

  template <class A>
  static constexpr A identity() {
    return std::is_floating_point_v<A> ? std::numeric_limits<A>::infinity()
                                       : std::numeric_limits<A>::max();
  }

  template <class V>
  static HWY_INLINE V take(V x, V y) {
    return hn::IfThenElse(hn::Or(hn::Lt(y, x), hn::Not(hn::Eq(y, y))), y, x);
  }
};

/// Elements as accumulators.
template <class D, class T>
HWY_INLINE hn::Vec<D> load(D d, const T* x) {
  if constexpr (std::is_same_v<hn::TFromD<D>, T>) {
    return hn::LoadU(d, x);
  } else {
    const hn::Rebind<T, D> elements;
    return hn::PromoteTo(d, hn::LoadU(elements, x));
  }
}

template <class Op, class A>
HWY_INLINE A take_one(A x, A y) {
  const hn::CappedTag<A, 1> d;
  return hn::GetLane(Op::take(hn::Set(d, x), hn::Set(d, y)));
}

template <class Op, class T, class A>
HWY_INLINE A take_in_order(A accumulator, const T* x, std::size_t length) {
  for (std::size_t i = 0; i < length; ++i)
    accumulator = take_one<Op>(accumulator, static_cast<A>(x[i]));
  return accumulator;
}

/// Asks for the cache lines of `bytes` bytes from x on, some time before they are read.
HWY_INLINE void prefetch(const void* x, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; i += line_bytes)
    __builtin_prefetch(static_cast<const std::byte*>(x) + i);
}

/// A row of at least `lanes` elements. Lane j takes elements j, j + lanes and so on; lanes are
/// combined by halves; what is left over comes last.
template <class Op, class A, std::size_t lanes, class T, std::size_t... v>
HWY_INLINE A reduce_lanes(const T* x, std::size_t length, std::size_t ahead,
                          std::index_sequence<v...>) {
  const hn::CappedTag<A, lanes> d;
  constexpr std::size_t count = sizeof...(v);
  constexpr std::size_t width = lanes / count;
  hn::Vec<hn::CappedTag<A, lanes>> vectors[] = {load(d, x + v * width)...};
  std::size_t i = lanes;
  for (; i + lanes <= length; i += lanes) {
    if (ahead != 0) prefetch(x + i + ahead, lanes * sizeof(T));
    ((vectors[v] = Op::take(vectors[v], load(d, x + i + v * width))), ...);
  }
  for (std::size_t half = count / 2; half > 0; half /= 2)
    for (std::size_t j = 0; j < half; ++j) vectors[j] = Op::take(vectors[j], vectors[j + half]);
  return take_in_order<Op>(hn::GetLane(combine_lanes<Op, 1>(d, vectors[0])), x + i, length - i);
}

template <class A, std::size_t lanes>
using VectorsOf = std::make_index_sequence<lanes / hn::MaxLanes(hn::CappedTag<A, lanes>())>;

template <class Op, class A, class T>
HWY_INLINE A reduce_row(const T* x, std::size_t length, std::size_t ahead) {
  if (length >= long_row)
    return reduce_lanes<Op, A, long_row>(x, length, ahead, VectorsOf<A, long_row>());
  if (length >= short_row)
    return reduce_lanes<Op, A, short_row>(x, length, ahead, VectorsOf<A, short_row>());
  return take_in_order<Op>(Op::template identity<A>(), x, length);
}

template <class Op, class T>
void rows_of(const void* from, std::size_t count, std::size_t length, std::size_t stride,
             std::size_t ahead, void* accumulators) {
  using A = typename Op::template Accumulator<T>;
  const T* x = static_cast<const T*>(from);
  A* into = static_cast<A*>(accumulators);
  for (std::size_t i = 0; i < count; ++i)
    into[i] = take_one<Op>(into[i], reduce_row<Op, A>(x + i * stride, length, ahead));
}

/// Takes all rows of the columns of sizeof...(v) vectors into their accumulators.
template <class Op, class D, class T, class A, std::size_t... v>
HWY_INLINE void take_columns(D d, const T* x, std::size_t count, std::size_t stride,
                             std::size_t ahead, A* into, std::index_sequence<v...>) {
  const std::size_t width = hn::Lanes(d);
  hn::Vec<D> vectors[] = {hn::LoadU(d, into + v * width)...};
  for (std::size_t r = 0; r < count; ++r) {
    if (ahead != 0) prefetch(x + r * stride + ahead, sizeof...(v) * width * sizeof(T));
    ((vectors[v] = Op::take(vectors[v], load(d, x + r * stride + v * width))), ...);
  }
  (hn::StoreU(vectors[v], d, into + v * width), ...);
}

/// Takes `vectors` vectors of columns at a time; then the columns that are left by half as many at
/// a time, down to fractions of a vector: the more accumulators run side by side, the less they
/// wait.
template <class Op, std::size_t vectors, class D, class T, class A>
HWY_INLINE void take_width(D d, const T* x, std::size_t count, std::size_t width,
                           std::size_t stride, std::size_t ahead, A* into) {
  const std::size_t step = vectors * hn::Lanes(d);
  std::size_t k = 0;
  for (; k + step <= width; k += step)
    take_columns<Op>(d, x + k, count, stride, ahead, into + k, std::make_index_sequence<vectors>());
  if constexpr (vectors > 1)
    take_width<Op, vectors / 2>(d, x + k, count, width - k, stride, ahead, into + k);
  else if constexpr (hn::MaxLanes(D()) > 1)
    take_width<Op, 1>(hn::Half<D>(), x + k, count, width - k, stride, ahead, into + k);
}

template <class Op, class T>
void columns_of(const void* from, std::size_t count, std::size_t width, std::size_t stride,
                std::size_t ahead, void* accumulators) {
  using A = typename Op::template Accumulator<T>;
  take_width<Op, column_vectors>(hn::ScalableTag<A>(), static_cast<const T*>(from), count, width,
                                 stride, ahead, static_cast<A*>(accumulators));
}

template <class Op, class A>
void combine_of(const void* others, std::size_t n, void* accumulators) {
  const A* x = static_cast<const A*>(others);
  A* into = static_cast<A*>(accumulators);
  for (std::size_t i = 0; i < n; ++i) into[i] = take_one<Op>(into[i], x[i]);
}

template <class Op, class A>
void clear_of(void* accumulators, std::size_t n) {
  std::fill_n(static_cast<A*>(accumulators), n, Op::template identity<A>());
}

template <class T, class A>
void store_of(const void* accumulators, std::size_t n, double divisor, void* results) {
  const A* from = static_cast<const A*>(accumulators);
  T* to = static_cast<T*>(results);
  for (std::size_t i = 0; i < n; ++i) {
    if constexpr (std::is_floating_point_v<A>)
      to[i] = static_cast<T>(from[i] / static_cast<A>(divisor));
    else
      to[i] = from[i];
  }
}

template <class Op>
Reducer reducer_of(DType dtype) {
  return visit_numeric(dtype, []<class T>(std::type_identity<T>) {
    using A = typename Op::template Accumulator<T>;
    Reducer loops;
    loops.element_size = sizeof(T);
    loops.accumulator_size = sizeof(A);
    loops.clear = clear_of<Op, A>;
    loops.rows = rows_of<Op, T>;
    loops.columns = columns_of<Op, T>;
    loops.combine = combine_of<Op, A>;
    loops.store = store_of<T, A>;
    return loops;
  });
}

Reducer choose_reducer(Reduction op, DType dtype) {
  switch (op) {
    case Reduction::max:
      return reducer_of<Max>(dtype);
    case Reduction::min:
      return reducer_of<Min>(dtype);
    case Reduction::product:
      return reducer_of<Product>(dtype);
    case Reduction::sum:
    case Reduction::mean:
      break;
  }
  return reducer_of<Sum>(dtype);
}

}  // namespace deft::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace deft {

HWY_EXPORT(choose_reducer);

Reducer reducer(Reduction op, DType dtype) {
  return HWY_DYNAMIC_DISPATCH(choose_reducer)(op, dtype);
}

}  // namespace deft
#endif
