#pragma once

#include <cstdint>
#include <memory>

#include <deft/deft.hpp>

#include "harness/case.hpp"

namespace deft::benchmark {

/// An operand of a product: a matrix, or its transpose, which is a way of reading it.
struct Factor {
  Factor(const Tensor& stored, bool is_transposed = false)
      : matrix(stored), transposed(is_transposed) {}

  std::int64_t rows() const { return matrix.shape()[transposed ? 1 : 0]; }
  std::int64_t columns() const { return matrix.shape()[transposed ? 0 : 1]; }

  const Tensor& matrix;
  bool transposed;
};

/// oneDNN's f32 matrix product [m, k] [k, n], called as directly as can be: the primitive and
/// its arguments are made once. Operands are row-major, as deft's are: a layout of oneDNN's own
/// choice would have to be made anew for operands that change.
class OnednnProduct {
 public:
  enum class Result { replaced, added_to };

  /// All three must outlive it. `threads` are those of every later run.
  OnednnProduct(const Factor& a, const Factor& b, Tensor& c, Result result, int threads);
  ~OnednnProduct();
  OnednnProduct(OnednnProduct&&) noexcept;

  void run() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// One in a smoke run: ThreadSanitizer does not see how OpenMP's threads wait for each other.
inline int onednn_threads(const Setting& setting) { return setting.smoke ? 1 : setting.threads; }

/// How many threads oneDNN uses for products that this thread makes or runs from now on.
void set_onednn_threads(int threads);

/// c = a b by hand, into memory that is used again, as that of a variable is.
struct ProductByHand {
  Tensor a;
  Tensor b;
  int threads = 1;
  Tensor c = Tensor::zeros(DType::f32, {a.shape()[0], b.shape()[1]});
  OnednnProduct product{a, b, c, OnednnProduct::Result::replaced, threads};

  void run(std::int64_t n) const {
    set_onednn_threads(threads);
    for (std::int64_t i = 0; i < n; ++i) product.run();
  }
};

}  // namespace deft::benchmark
