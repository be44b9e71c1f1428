#include <algorithm>

#include "combination.hpp"
#include "indexed_rows.hpp"
#include "kernels/blocks.hpp"
#include "kernels/in_pieces.hpp"

namespace deft {
namespace {

/// How the work is cut: a block has some columns of all rows, for some of the outer indices. So no
/// two blocks write the same element, and what goes to an element goes there in order, whoever
/// executes the blocks.
struct Cut {
  std::int64_t columns = 1;  // of a block, but for the last
  std::int64_t across = 1;   // blocks beside each other
  std::int64_t outers = 1;   // of a block
  std::int64_t blocks = 0;

  Cut(const IndexedRows& rows, std::int64_t width) : columns(std::max<std::int64_t>(rows.row, 1)) {
    constexpr std::int64_t most_across = 8;  // each of which reads all indices
    const std::int64_t line = 64 / width;
    const std::int64_t elements = (rows.rows + rows.tuples) * columns;
    if (elements > block_elements && columns > line)
      columns = ceil_div(ceil_div(columns, most_across), line) * line;
    across = ceil_div(std::max<std::int64_t>(rows.row, 1), columns);
    if (across == 1) outers = per_block(elements);
    blocks = ceil_div(std::max<std::int64_t>(rows.outer, 1), outers) * across;
  }
};

template <class T, class I, class Combine>
class CombineRows {
 public:
  CombineRows(const IndexedRows& rows, const Cut& cut) : of_(rows), cut_(cut) {}

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    of_.check(args.input<I>(1));
    for (std::int64_t block = begin; block < end; ++block) {
      const std::int64_t column = block % cut_.across * cut_.columns;
      const std::int64_t columns = std::min(cut_.columns, of_.row - column);
      const std::int64_t first = block / cut_.across * cut_.outers;
      const std::int64_t last = std::min(first + cut_.outers, of_.outer);
      for (std::int64_t outer = first; outer < last; ++outer) {
        copy(args, outer, column, columns);
        if (!combine(args, outer, column, columns)) return;
      }
    }
  }

 private:
  void copy(const KernelArgs& args, std::int64_t outer, std::int64_t column,
            std::int64_t columns) const {
    const std::int64_t offset = outer * of_.rows * of_.row + column;
    const T* from = args.input<T>(0) + offset;
    T* to = args.output<T>() + offset;
    if (from == to) return;
    if (columns == of_.row) {
      std::copy_n(from, of_.rows * columns, to);
      return;
    }
    for (std::int64_t r = 0; r < of_.rows; ++r)
      std::copy_n(from + r * of_.row, columns, to + r * of_.row);
  }

  /// Returns false if the run is to end.
  bool combine(const KernelArgs& args, std::int64_t outer, std::int64_t column,
               std::int64_t columns) const {
    const I* indices = args.input<I>(1);
    T* into = args.output<T>() + outer * of_.rows * of_.row + column;
    const T* updates = args.input<T>(2) + outer * of_.tuples * of_.row + column;
    const std::int64_t at_once = std::max<std::int64_t>(1, piece_elements / (columns + 1));
    return in_pieces(args, of_.tuples, at_once, [&](std::int64_t first, std::int64_t last) {
      if (of_.row == 1 && of_.depth == 1)
        combine_elements(updates + first, indices + first, last - first, into);
      else
        for (std::int64_t i = first; i < last; ++i)
          combine_row(updates + i * of_.row, columns, into + of_.find(indices, i) * of_.row);
    });
  }

  static void combine_elements(const T* x, const I* indices, std::int64_t count, T* into) {
    for (std::int64_t i = 0; i < count; ++i) into[indices[i]] = Combine::of(into[indices[i]], x[i]);
  }

  static void combine_row(const T* __restrict x, std::int64_t count, T* __restrict into) {
    for (std::int64_t i = 0; i < count; ++i) into[i] = Combine::of(into[i], x[i]);
  }

  IndexedRows of_;
  Cut cut_;
};

}  // namespace

Kernel combine_rows_kernel(const IndexedRows& rows, Combination combination,
                           const KernelContext& context) {
  const DType dtype = context.outputs[0].dtype;
  const Cut cut(rows, static_cast<std::int64_t>(size_of(dtype)));
  const double combined = static_cast<double>(rows.outer) * static_cast<double>(rows.tuples) *
                          static_cast<double>(rows.row);
  Kernel kernel = visit_combination(
      combination, dtype, [&]<class T, class Combine>(std::type_identity<T>, Combine) {
        return visit_index(context.inputs[1].dtype, [&]<class I>(std::type_identity<I>) {
          return make_blocked_kernel(CombineRows<T, I, Combine>(rows, cut), cut.blocks, 0,
                                     combined);
        });
      });
  kernel.in_place = 1U << 0;
  return kernel;
}

}  // namespace deft
