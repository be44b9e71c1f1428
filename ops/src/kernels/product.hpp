#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <deft/core/dtype.hpp>

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
  std::size_t shared_bytes = 0;
  std::size_t private_bytes = 0;
  bool combines = false;  // `finish` has something to do
};

/// Where the rows of a result are cut into parts.
struct RowCut {
  std::int64_t rows = 0;      // in all
  std::int64_t per_part = 0;  // in all parts but the last

  std::int64_t parts() const { return (rows + per_part - 1) / per_part; }
  std::int64_t begin(std::int64_t part) const { return part * per_part; }
  std::int64_t size(std::int64_t part) const {
    return part + 1 < parts() ? per_part : rows - begin(part);
  }
};

/// How large products are cut for several threads: into at most 16 parts, of at least 256 rows, so
/// that packing b anew for every part does not show, nor the memory that takes.
inline RowCut cut_rows(const ProductShape& shape) {
  constexpr std::int64_t min_rows = 256;
  constexpr std::int64_t max_parts = 16;
  if (shape.m < 2 * min_rows || shape.n < 64 || shape.k < 64) return {shape.m, shape.m};
  const std::int64_t rows = (shape.m + max_parts - 1) / max_parts;
  return {shape.m, std::max(min_rows, (rows + 63) / 64 * 64)};
}

}  // namespace deft
