#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <deft/core/kernel.hpp>
#include <deft/core/shape.hpp>

#include "kernels/blocks.hpp"

namespace deft {

/// One operand of a decomposition: the matrices [rows, columns] of a tensor [..., rows, columns],
/// f32 or f64, which are read and written as row-major doubles.
class MatrixOperand {
 public:
  /// `name` is what messages call it, a literal.
  MatrixOperand(const char* name, const TensorSpec& spec);

  std::int64_t rows() const { return rows_; }
  std::int64_t columns() const { return columns_; }
  std::int64_t size() const { return rows_ * columns_; }
  std::int64_t count() const { return count_; }
  const Shape& shape() const { return shape_; }
  DType dtype() const { return dtype_; }

  /// Matrix `number` of `data` -> `to` [rows, columns].
  void load(const void* data, std::int64_t number, double* to) const;

  /// As load. Throws ValueError unless all of the matrix is finite.
  void load_finite(const void* data, std::int64_t number, double* to) const;

  /// As load_finite, for one triangle of a square matrix, with or without the diagonal; what is not
  /// read is zero.
  void load_triangle(const void* data, std::int64_t number, bool lower, bool without_diagonal,
                     double* to) const;

  /// `from` [rows, columns] -> matrix `number` of `data`.
  void store(const double* from, std::int64_t number, void* data) const;

  // Without a copy where the dtype is f64: `work` has room for work_size() doubles.
  std::int64_t work_size() const { return dtype_ == DType::f64 ? 0 : size(); }

  /// Matrix `number` of `data`, of which all must be finite as for load_finite, as doubles.
  const double* read_finite(const void* data, std::int64_t number, double* work) const;

  /// Where doubles are to be written, for `finish` to bring them to matrix `number` of `data`.
  double* begin(void* data, std::int64_t number, double* work) const;
  void finish(const double* written, std::int64_t number, void* data) const;

  /// Throws ValueError: "a [2, 3, 3] is singular: pivot 1 of matrix [0] is 0". `what` has what
  /// stands before "pivot", `value` what the pivot is.
  [[noreturn]] void refuse_pivot(const char* what, std::int64_t number, std::int64_t pivot,
                                 double value, const char* cure) const;

 private:
  void require_finite(const double* values, std::int64_t number) const;

  const char* name_;
  DType dtype_;
  Shape shape_;
  std::int64_t rows_;
  std::int64_t columns_;
  std::int64_t count_;
};

/// A kernel that calls `body(args, number, work)` for each of `count` matrices of a batch, where
/// `work` is memory of `work_doubles` doubles, aligned to 64 bytes. A block is one matrix, or
/// several where they are small.
template <class Body>
Kernel make_matrix_kernel(Body body, std::int64_t count, double flops_each,
                          std::int64_t work_doubles) {
  if (count == 0) return {};
  constexpr double block_flops = 50'000;
  const double enough = std::max(1.0, block_flops / std::max(flops_each, 1.0));
  const std::int64_t size = std::min(static_cast<std::int64_t>(enough), count);
  Kernel kernel = make_blocked_kernel(
      [body = std::move(body), count, size](const KernelArgs& args, std::int64_t begin,
                                            std::int64_t end) {
        auto* work = reinterpret_cast<double*>(args.thread_scratch);
        for (std::int64_t i = begin * size; i < std::min(end * size, count); ++i) {
          if (args.interrupted()) return;
          body(args, i, work);
        }
      },
      ceil_div(count, size), 0, flops_each * static_cast<double>(count));
  kernel.thread_scratch_bytes = static_cast<std::size_t>(work_doubles) * sizeof(double);
  return kernel;
}

/// States that each of the blocks, of which `threads` are executed at the same time, allocates
/// `bytes`.
inline Kernel with_heap(Kernel kernel, std::size_t bytes, int threads) {
  const auto at_once = static_cast<std::size_t>(std::min<std::int64_t>(kernel.blocks, threads));
  kernel.heap_bytes = kernel.run == nullptr ? 0 : at_once * bytes;
  return kernel;
}

}  // namespace deft
