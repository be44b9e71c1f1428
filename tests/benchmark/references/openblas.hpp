#pragma once

#include <cstdint>

namespace deft::benchmark {

/// OpenBLAS's f32 product of a row-major matrix and a vector, on one thread.
class OpenBlas {
 public:
  /// Nullptr if OpenBLAS is not installed: deft does not need it. Loads it at the first call.
  static const OpenBlas* installed();

  /// y [rows] = A x, A [rows, columns].
  void multiply(const float* A, std::int64_t rows, std::int64_t columns, const float* x,
                float* y) const;
  /// y [columns] = A^T x, A [rows, columns].
  void multiply_transposed(const float* A, std::int64_t rows, std::int64_t columns, const float* x,
                           float* y) const;

 private:
  using Sgemv = void (*)(int order, int transposed, int m, int n, float alpha, const float* a,
                         int a_row, const float* x, int x_step, float beta, float* y, int y_step);

  explicit OpenBlas(Sgemv sgemv) : sgemv_(sgemv) {}
  void call(int transposition, const float* A, std::int64_t rows, std::int64_t columns,
            const float* x, float* y) const;

  Sgemv sgemv_;
};

}  // namespace deft::benchmark
