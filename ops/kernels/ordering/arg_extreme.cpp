#include "arg_extreme.hpp"

#include <algorithm>
#include <array>

#include "kernels/axis_view.hpp"
#include "kernels/blocks.hpp"
#include "kernels/in_pieces.hpp"
#include "kernels/reductions/reducer.hpp"
#include <deft/core/visit_dtype.hpp>

namespace deft {
namespace {

constexpr std::int64_t short_row = 32;  // is searched element by element
constexpr std::int64_t piece = 256;     // elements of a long row that are reduced at once
constexpr std::int64_t columns_at_once = 256;

/// Whether x, which comes later, is the extreme rather than `best`. A NaN is, unless `best` is one.
template <Reduction extreme, class T>
bool beats(T x, T best) {
  const bool not_beyond = extreme == Reduction::max ? x <= best : x >= best;
  return static_cast<int>(!not_beyond) & static_cast<int>(best == best);
}

template <class T>
bool is_nan(T x) {
  return x != x;
}

template <Reduction extreme, class T>
std::int64_t in_short_row(const T* x, std::int64_t size) {
  std::int64_t at = 0;
  T best = x[0];
  for (std::int64_t i = 1; i < size; ++i) {
    const bool better = beats<extreme>(x[i], best);
    best = better ? x[i] : best;
    at = better ? i : at;
  }
  return at;
}

/// A row whose elements stand beside each other. The vectors of a reduction find the extreme of
/// each piece, NaN if there is one; the first piece with the best is then searched.
template <Reduction extreme, class T>
struct ArgInRows {
  AxisView x;
  Reducer loops;

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    for (std::int64_t row = begin * rows_per_block();
         row < std::min(end * rows_per_block(), x.outer); ++row) {
      const T* from = args.input<T>(0) + row * x.size;
      args.output<std::int64_t>()[row] =
          x.size < short_row ? in_short_row<extreme>(from, x.size) : in_long_row(args, from);
    }
  }

  std::int64_t rows_per_block() const { return per_block(x.size); }

 private:
  T extreme_of(const T* from, std::int64_t count) const {
    T best{};
    loops.clear(&best, 1);
    loops.rows(from, 1, static_cast<std::size_t>(count), 0, 0, &best);
    return best;
  }

  std::int64_t in_long_row(const KernelArgs& args, const T* from) const {
    std::int64_t first = 0;
    T best = from[0];
    in_pieces(args, x.size, piece_elements, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end && !is_nan(best); i += piece) {
        const T other = extreme_of(from + i, std::min(piece, end - i));
        if (!beats<extreme>(other, best)) continue;
        best = other;
        first = i;
      }
    });
    const T* const last = from + x.size;
    return (is_nan(best) ? std::find_if(from + first, last, is_nan<T>)
                         : std::find(from + first, last, best)) -
           from;
  }
};

/// Columns: [outer, size, inner] with an inner over 1.
template <Reduction extreme, class T>
struct ArgInColumns {
  AxisView x;

  std::int64_t across() const { return ceil_div(x.inner, columns_at_once); }

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    for (std::int64_t block = begin; block < end; ++block) {
      const std::int64_t outer = block / across();
      const std::int64_t column = block % across() * columns_at_once;
      search(args, args.input<T>(0) + outer * x.size * x.inner + column,
             std::min(columns_at_once, x.inner - column),
             args.output<std::int64_t>() + outer * x.inner + column);
    }
  }

 private:
  void search(const KernelArgs& args, const T* from, std::int64_t width, std::int64_t* at) const {
    std::array<T, columns_at_once> best;
    std::copy_n(from, width, best.begin());
    std::fill_n(at, width, 0);
    in_pieces(args, x.size, piece_elements / width, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t row = begin; row < end; ++row)
        take_row(from + row * x.inner, width, row, best.data(), at);
    });
  }

  static void take_row(const T* __restrict from, std::int64_t width, std::int64_t row,
                       T* __restrict best, std::int64_t* __restrict at) {
    for (std::int64_t i = 0; i < width; ++i) {
      const bool better = beats<extreme>(from[i], best[i]);
      best[i] = better ? from[i] : best[i];
      at[i] = better ? row : at[i];
    }
  }
};

template <Reduction extreme, class T>
Kernel prepare(const AxisView& x, DType dtype) {
  const double elements = static_cast<double>(x.lines()) * static_cast<double>(x.size);
  if (x.inner == 1) {
    const ArgInRows<extreme, T> body{x, reducer(extreme, dtype)};
    return make_blocked_kernel(body, ceil_div(x.outer, body.rows_per_block()), 0, elements);
  }
  const ArgInColumns<extreme, T> body{x};
  return make_blocked_kernel(body, x.outer * body.across(), 0, elements);
}

}  // namespace

Kernel arg_extreme_kernel(Reduction extreme, std::size_t axis, const KernelContext& context) {
  const TensorSpec& input = context.inputs[0];
  if (input.shape.num_elements() == 0) return {};
  const AxisView x(input.shape, axis);
  return visit_numeric(input.dtype, [&]<class T>(std::type_identity<T>) {
    return extreme == Reduction::max ? prepare<Reduction::max, T>(x, input.dtype)
                                     : prepare<Reduction::min, T>(x, input.dtype);
  });
}

}  // namespace deft
