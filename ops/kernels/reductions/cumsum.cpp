#include "cumsum.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

#include "kernels/add_wrapped.hpp"
#include "kernels/axis_view.hpp"
#include "kernels/blocks.hpp"
#include "kernels/in_pieces.hpp"
#include <deft/core/visit_dtype.hpp>

namespace deft {
namespace {

constexpr std::int64_t columns_at_once = 128;

template <class T>
using SumOf = std::conditional_t<std::is_floating_point_v<T>, double, T>;

/// In which order sums go along a line of elements, or of rows of columns.
struct Order {
  std::int64_t size;
  std::int64_t step;   // from one to the next
  std::int64_t first;  // offset of the first

  Order(const AxisView& x, bool reverse)
      : size(x.size),
        step(reverse ? -x.inner : x.inner),
        first(reverse ? (x.size - 1) * x.inner : 0) {}

  /// Calls f(offset of the first, count) for pieces of a line of rows of `width` elements, until
  /// the run is to end.
  template <class F>
  void for_each_piece(const KernelArgs& args, std::int64_t width, const F& f) const {
    in_pieces(args, size, piece_elements / width,
              [&](std::int64_t begin, std::int64_t end) { f(first + begin * step, end - begin); });
  }
};

/// [outer, size]
template <class T>
struct CumsumRows {
  AxisView x;
  bool exclusive;
  Order order;

  std::int64_t rows_per_block() const { return per_block(x.size); }
  std::int64_t blocks() const { return ceil_div(x.outer, rows_per_block()); }

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const std::int64_t last = std::min(end * rows_per_block(), x.outer);
    for (std::int64_t row = begin * rows_per_block(); row < last; ++row) {
      const T* from = args.input<T>(0) + row * x.size;
      T* to = args.output<T>() + row * x.size;
      SumOf<T> sum = 0;
      order.for_each_piece(args, 1, [&](std::int64_t at, std::int64_t count) {
        sum = add_up(from + at, count, sum, to + at);
      });
    }
  }

 private:
  SumOf<T> add_up(const T* from, std::int64_t count, SumOf<T> sum, T* to) const {
    for (std::int64_t i = 0; i < count; ++i) {
      const SumOf<T> before = sum;
      sum = add_wrapped(sum, static_cast<SumOf<T>>(from[i * order.step]));
      to[i * order.step] = static_cast<T>(exclusive ? before : sum);
    }
    return sum;
  }
};

/// [outer, size, inner]: some neighbouring columns at once.
template <class T>
struct CumsumColumns {
  AxisView x;
  bool exclusive;
  Order order;

  std::int64_t across() const { return ceil_div(x.inner, columns_at_once); }
  std::int64_t blocks() const { return x.outer * across(); }

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    for (std::int64_t block = begin; block < end; ++block) {
      const std::int64_t column = block % across() * columns_at_once;
      const std::int64_t width = std::min(columns_at_once, x.inner - column);
      const std::int64_t offset = block / across() * x.size * x.inner + column;
      std::array<SumOf<T>, columns_at_once> sums{};
      order.for_each_piece(args, width, [&](std::int64_t at, std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) {
          const std::int64_t row = offset + at + i * order.step;
          add_up(args.input<T>(0) + row, width, sums.data(), args.output<T>() + row);
        }
      });
    }
  }

 private:
  void add_up(const T* __restrict from, std::int64_t width, SumOf<T>* __restrict sums,
              T* __restrict to) const {
    if (exclusive) {
      for (std::int64_t i = 0; i < width; ++i) {
        to[i] = static_cast<T>(sums[i]);
        sums[i] = add_wrapped(sums[i], static_cast<SumOf<T>>(from[i]));
      }
    } else {
      for (std::int64_t i = 0; i < width; ++i) {
        sums[i] = add_wrapped(sums[i], static_cast<SumOf<T>>(from[i]));
        to[i] = static_cast<T>(sums[i]);
      }
    }
  }
};

}  // namespace

Kernel cumsum_kernel(std::size_t axis, bool exclusive, bool reverse, const KernelContext& context) {
  const TensorSpec& x = context.inputs[0];
  const std::int64_t count = x.shape.num_elements();
  if (count == 0) return {};
  const AxisView view(x.shape, axis);
  const Order order(view, reverse);
  const auto prepared = [count](const auto& body) {
    return make_blocked_kernel(body, body.blocks(), 0, static_cast<double>(count));
  };
  return visit_numeric(x.dtype, [&]<class T>(std::type_identity<T>) {
    return view.inner == 1 ? prepared(CumsumRows<T>{view, exclusive, order})
                           : prepared(CumsumColumns<T>{view, exclusive, order});
  });
}

}  // namespace deft
