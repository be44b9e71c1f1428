#include <algorithm>
#include <cstring>

#include "indexed_rows.hpp"
#include "kernels/blocks.hpp"

namespace deft {
namespace {

constexpr std::int64_t block_bytes = 65536;     // of the output
constexpr std::int64_t piece = 16;              // bytes that are copied without a call
constexpr std::int64_t inlined_bytes = 64;      // of a row that is copied by pieces
constexpr std::int64_t cached_bytes = 1 << 18;  // of a table whose rows are at hand
constexpr std::int64_t rows_ahead = 16;

/// Copies bytes: of which dtype, does not matter. `unit`: all of a row in bytes, less than a piece;
/// or a piece, of which rows have several; or 0, for any rows. Blocks hold a whole number of units.
template <class I, std::int64_t unit>
struct GatherRows {
  IndexedRows of;
  std::int64_t row_bytes;
  std::int64_t bytes;  // of the output

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const I* indices = args.input<I>(1);
    const std::int64_t row = is_row ? unit : row_bytes;
    const std::int64_t first = begin * block_bytes;
    const bool ask = !is_row && of.depth == 1 && of.rows * row > cached_bytes;
    std::int64_t left = std::min(end * block_bytes, bytes) - first;
    std::int64_t within = first % row;
    std::int64_t tuple = first / row % of.tuples;
    const auto* from = args.input<std::byte>(0) + first / row / of.tuples * of.rows * row;
    auto* to = args.output<std::byte>() + first;
    while (left > 0) {
      if (ask) ask_for_row(indices, tuple + rows_ahead, from);
      const std::int64_t n = is_row ? unit : std::min(row - within, left);
      copy(from + of.find(indices, tuple) * row + within, n, to);
      to += n;
      left -= n;
      within = 0;
      if (++tuple < of.tuples) continue;
      tuple = 0;
      from += of.rows * row;
    }
  }

 private:
  static constexpr bool is_row = unit > 0 && unit < piece;

  static void copy(const std::byte* from, std::int64_t count, std::byte* to) {
    if constexpr (unit == 0)
      std::memcpy(to, from, static_cast<std::size_t>(count));
    else
      for (std::int64_t i = 0; i < count; i += unit) std::memcpy(to + i, from + i, unit);
  }

  /// Rows of a large table stand where the processor does not expect them. An index that is out of
  /// range does no harm here.
  void ask_for_row(const I* indices, std::int64_t tuple, const std::byte* from) const {
    if (tuple >= of.tuples) return;
    const auto offset =
        static_cast<std::uintptr_t>(indices[tuple]) * static_cast<std::uintptr_t>(row_bytes);
    __builtin_prefetch(
        reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(from) + offset));
  }
};

template <class I, std::int64_t unit>
Kernel prepare(const IndexedRows& rows, std::int64_t row_bytes) {
  const std::int64_t bytes = rows.outer * rows.tuples * row_bytes;
  Kernel kernel = make_blocked_kernel(GatherRows<I, unit>{rows, row_bytes, bytes},
                                      ceil_div(bytes, block_bytes), 0, 0);
  const double indices =
      static_cast<double>(rows.tuples) * static_cast<double>(rows.depth * sizeof(I));
  kernel.bytes = 2.0 * static_cast<double>(bytes) + indices;  // of the table, what is taken
  return kernel;
}

}  // namespace

Kernel gather_rows_kernel(const IndexedRows& rows, const KernelContext& context) {
  const auto width = static_cast<std::int64_t>(size_of(context.inputs[0].dtype));
  const std::int64_t row_bytes = rows.row * width;
  if (rows.tuples == 0) return {};
  return visit_index(context.inputs[1].dtype, [&]<class I>(std::type_identity<I>) {
    if (rows.outer == 0 || rows.row == 0)
      return make_kernel([rows](const KernelArgs& args) { rows.check(args.input<I>(1)); }, 0);
    if (row_bytes == 1) return prepare<I, 1>(rows, row_bytes);
    if (row_bytes == 2) return prepare<I, 2>(rows, row_bytes);
    if (row_bytes == 4) return prepare<I, 4>(rows, row_bytes);
    if (row_bytes == 8) return prepare<I, 8>(rows, row_bytes);
    if (row_bytes % piece == 0 && row_bytes <= inlined_bytes)
      return prepare<I, piece>(rows, row_bytes);
    return prepare<I, 0>(rows, row_bytes);
  });
}

}  // namespace deft
