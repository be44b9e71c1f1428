#include "cumulative.hpp"

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

/// What is carried along elements of T.
template <class T>
using Carried = std::conditional_t<std::is_floating_point_v<T>, double, T>;

// Steps from what was carried before element i to what is carried then, with one input or two.

struct Sum {
  static constexpr std::size_t inputs = 1;
  static constexpr int start = 0;

  template <class T>
  static Carried<T> step(Carried<T> before, const T* x, const T*, std::int64_t i) {
    return add_wrapped(before, static_cast<Carried<T>>(x[i]));
  }
};

struct Product {
  static constexpr std::size_t inputs = 1;
  static constexpr int start = 1;

  template <class T>
  static Carried<T> step(Carried<T> before, const T* x, const T*, std::int64_t i) {
    if constexpr (std::is_integral_v<T>) {
      using U = std::make_unsigned_t<T>;
      return static_cast<T>(static_cast<U>(before) * static_cast<U>(x[i]));
    } else {
      return before * static_cast<double>(x[i]);
    }
  }
};

struct Recurrence {
  static constexpr std::size_t inputs = 2;
  static constexpr int start = 0;

  template <class T>
  static double step(double before, const T* factors, const T* terms, std::int64_t i) {
    return before * static_cast<double>(factors[i]) + static_cast<double>(terms[i]);
  }
};

/// In which order a line of elements, or of rows of columns, is gone along.
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

/// The elements at `offset` of the last input of Step; of the only one if that is all.
template <class Step, class T>
const T* last_input(const KernelArgs& args, std::int64_t offset) {
  return args.input<T>(Step::inputs - 1) + offset;
}

/// [outer, size]
template <class Step, class T>
struct CumulativeRows {
  AxisView x;
  bool exclusive;
  Order order;

  std::int64_t rows_per_block() const { return per_block(x.size); }
  std::int64_t blocks() const { return ceil_div(x.outer, rows_per_block()); }

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const std::int64_t last = std::min(end * rows_per_block(), x.outer);
    for (std::int64_t row = begin * rows_per_block(); row < last; ++row) {
      const T* first = args.input<T>(0) + row * x.size;
      const T* second = last_input<Step, T>(args, row * x.size);
      T* to = args.output<T>() + row * x.size;
      Carried<T> carried = Step::start;
      order.for_each_piece(args, 1, [&](std::int64_t at, std::int64_t count) {
        carried = carry(first + at, second + at, count, carried, to + at);
      });
    }
  }

 private:
  Carried<T> carry(const T* first, const T* second, std::int64_t count, Carried<T> carried,
                   T* to) const {
    for (std::int64_t i = 0; i < count; ++i) {
      const Carried<T> before = carried;
      carried = Step::step(before, first, second, i * order.step);
      to[i * order.step] = static_cast<T>(exclusive ? before : carried);
    }
    return carried;
  }
};

/// [outer, size, inner]: some neighbouring columns at once.
template <class Step, class T>
struct CumulativeColumns {
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
      std::array<Carried<T>, columns_at_once> carried;
      carried.fill(Step::start);
      order.for_each_piece(args, width, [&](std::int64_t at, std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) {
          const std::int64_t row = offset + at + i * order.step;
          carry(args.input<T>(0) + row, last_input<Step, T>(args, row), width, carried.data(),
                args.output<T>() + row);
        }
      });
    }
  }

 private:
  void carry(const T* __restrict first, const T* __restrict second, std::int64_t width,
             Carried<T>* __restrict carried, T* __restrict to) const {
    if (exclusive) {
      for (std::int64_t i = 0; i < width; ++i) {
        to[i] = static_cast<T>(carried[i]);
        carried[i] = Step::step(carried[i], first, second, i);
      }
    } else {
      for (std::int64_t i = 0; i < width; ++i) {
        carried[i] = Step::step(carried[i], first, second, i);
        to[i] = static_cast<T>(carried[i]);
      }
    }
  }
};

template <class Step, class T>
Kernel kernel_of(const Accumulation& along, const KernelContext& context) {
  const Shape& shape = context.inputs[0].shape;
  const std::int64_t count = shape.num_elements();
  if (count == 0) return {};
  const AxisView view(shape, along.axis);
  const Order order(view, along.reverse);
  const auto prepared = [count](const auto& body) {
    const double flops = Step::inputs * static_cast<double>(count);
    return make_blocked_kernel(body, body.blocks(), 0, flops);
  };
  return view.inner == 1 ? prepared(CumulativeRows<Step, T>{view, along.exclusive, order})
                         : prepared(CumulativeColumns<Step, T>{view, along.exclusive, order});
}

template <class Step>
Kernel numeric_kernel(const Accumulation& along, const KernelContext& context) {
  return visit_numeric(context.inputs[0].dtype, [&]<class T>(std::type_identity<T>) {
    return kernel_of<Step, T>(along, context);
  });
}

}  // namespace

Kernel cumsum_kernel(const Accumulation& along, const KernelContext& context) {
  return numeric_kernel<Sum>(along, context);
}

Kernel cumprod_kernel(const Accumulation& along, const KernelContext& context) {
  return numeric_kernel<Product>(along, context);
}

Kernel recurrence_kernel(const Accumulation& along, const KernelContext& context) {
  return visit_floating(context.inputs[0].dtype, [&]<class T>(std::type_identity<T>) {
    return kernel_of<Recurrence, T>(along, context);
  });
}

}  // namespace deft
