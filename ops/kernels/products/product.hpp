#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <deft/core/dtype.hpp>
#include <deft/core/kernel.hpp>

#include "kernels/row_cut.hpp"

namespace deft {

/// One matrix product c = op(a) op(b) of row-major matrices, without empty dimensions: op(a) is
/// [m, k], op(b) is [k, n], c is [m, n]. A transposed operand is stored as [k, m] or [n, k].
struct ProductShape {
  DType dtype;
  std::int64_t m = 0;
  std::int64_t n = 0;
  std::int64_t k = 0;
  bool transpose_a = false;
  bool transpose_b = false;

  // Distances between neighbours, in elements.
  std::int64_t a_row() const { return transpose_a ? 1 : k; }
  std::int64_t a_term() const { return transpose_a ? m : 1; }
  std::int64_t b_term() const { return transpose_b ? 1 : n; }
  std::int64_t b_column() const { return transpose_b ? k : 1; }

  double flops() const {
    return 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  }
};

/// Where one execution of a product finds its operands.
struct ProductArgs {
  const void* a = nullptr;
  const void* b = nullptr;
  void* c = nullptr;
  std::byte* shared = nullptr;    // Product::shared_bytes, one per execution
  std::byte* private_ = nullptr;  // Product::private_bytes, one per thread at work
  const Interrupt* interrupt = nullptr;

  /// As KernelArgs::interrupted.
  bool interrupted() const { return interrupt != nullptr && interrupt->due(*interrupt); }
};

/// A product made ready for one shape. It is cut into parts by that shape alone: an execution is
/// `run` of every part, in any order and on any thread, then `finish`. Immutable.
class Product {
 public:
  virtual ~Product() = default;

  virtual void run(const ProductArgs& args, std::int64_t part) const = 0;

  /// Combines what the parts left in `args.shared`.
  virtual void finish(const ProductArgs&) const {}

  std::int64_t parts = 1;
  std::int64_t part_rows = 0;  // if not 0, a part makes so many rows of the result, and the last
                               // part the rows that are left
  std::size_t shared_bytes = 0;
  std::size_t private_bytes = 0;
  bool combines = false;     // `finish` has something to do
  bool moves_stack = false;  // `run` uses the stack pointer for something else: a signal handler
                             // would write where the heap is, so none may run meanwhile
};

/// A result cut into parts by rows and columns, row by row.
struct GridCut {
  RowCut rows;
  RowCut columns;  // columns are cut as rows are

  std::int64_t parts() const { return rows.parts() * columns.parts(); }
  std::int64_t part_rows() const { return columns.parts() == 1 ? rows.per_part : 0; }
  std::int64_t row_part(std::int64_t part) const { return part / columns.parts(); }
  std::int64_t column_part(std::int64_t part) const { return part % columns.parts(); }
};

/// `size` in about `parts` parts of a multiple of `unit`.
inline RowCut cut_evenly(std::int64_t size, std::int64_t parts, std::int64_t unit) {
  const std::int64_t per_part = ((size + parts - 1) / parts + unit - 1) / unit * unit;
  return {size, std::min(per_part, size)};
}

/// How large products are cut for several threads, and for a run that may be stopped: into parts of
/// 192 rows or more, of 2 million flops or more, so that packing b anew for every part does not
/// show, and of 600 million flops at most (some milliseconds) as long as 256 columns remain. Fewer
/// rows are halved where each half has 64 or more and 6 million flops: packing may take a tenth
/// then, but the batches of a training have no more rows.
inline GridCut cut_grid(const ProductShape& shape) {
  constexpr std::int64_t least_rows = 192;
  constexpr std::int64_t most_row_parts = 16;
  constexpr double least_flops = 2e6;
  constexpr double most_flops = 6e8;
  constexpr std::int64_t least_half = 64;
  constexpr double least_half_flops = 6e6;
  constexpr std::int64_t least_columns = 256;
  const double row_flops = shape.flops() / static_cast<double>(shape.m);
  const auto rows_of = [&](double flops) {
    return static_cast<std::int64_t>(std::min(flops / row_flops, 1e15)) + 1;
  };
  const std::int64_t share = (shape.m + most_row_parts - 1) / most_row_parts;
  const std::int64_t rows =
      std::max({least_rows, rows_of(least_flops), std::min(share, rows_of(most_flops))});
  std::int64_t parts = std::max<std::int64_t>(1, shape.m / rows);
  if (parts == 1 && shape.m >= 2 * least_half && shape.flops() >= 2 * least_half_flops) parts = 2;
  GridCut grid{cut_evenly(shape.m, parts, 16), {shape.n, shape.n}};
  const double part_flops = row_flops * static_cast<double>(grid.rows.per_part);
  const auto columns = static_cast<std::int64_t>(std::min(part_flops / most_flops, 1e15)) + 1;
  if (columns > 1 && shape.n >= 2 * least_columns)
    grid.columns = cut_evenly(shape.n, std::min(columns, shape.n / least_columns), 64);
  return grid;
}

}  // namespace deft
