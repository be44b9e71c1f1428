#include "integer_product.hpp"

#include <algorithm>
#include <type_traits>

namespace deft {
namespace {

template <class T>
class IntegerProduct final : public Product {
 public:
  explicit IntegerProduct(const ProductShape& shape)
      : shape_(shape), cut_{shape.m, rows_per_part(shape)} {
    parts = cut_.parts();
    terms_at_a_time_ = std::max<std::int64_t>(1, (1 << 16) / shape.n);
  }

  void run(const ProductArgs& args, std::int64_t part) const override {
    const auto* a = static_cast<const T*>(args.a);
    const auto* b = static_cast<const T*>(args.b);
    auto* c = static_cast<T*>(args.c);
    const std::int64_t end = cut_.begin(part) + cut_.size(part);
    for (std::int64_t i = cut_.begin(part); i < end; ++i) {
      T* row = c + i * shape_.n;
      std::fill_n(row, shape_.n, T{0});
      for (std::int64_t p = 0; p < shape_.k; p += terms_at_a_time_) {
        if (args.interrupted()) return;
        add_terms(a + i * shape_.a_row(), b, p, std::min(p + terms_at_a_time_, shape_.k), row);
      }
    }
  }

 private:
  /// Terms [first, last) of one row of the result.
  void add_terms(const T* a, const T* b, std::int64_t first, std::int64_t last, T* row) const {
    for (std::int64_t p = first; p < last; ++p) {
      const T factor = a[p * shape_.a_term()];
      const T* from = b + p * shape_.b_term();
      for (std::int64_t j = 0; j < shape_.n; ++j)
        row[j] = add_product(row[j], factor, from[j * shape_.b_column()]);
    }
  }

  static T add_product(T sum, T x, T y) {
    using U = std::make_unsigned_t<T>;  // unsigned arithmetic wraps; signed overflow is undefined
    return static_cast<T>(static_cast<U>(sum) + static_cast<U>(x) * static_cast<U>(y));
  }

  static std::int64_t rows_per_part(const ProductShape& shape) {
    constexpr double flops_per_part = 1e6;
    const double rows = flops_per_part * static_cast<double>(shape.m) / shape.flops();
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(rows), 1, shape.m);
  }

  ProductShape shape_;
  RowCut cut_;
  std::int64_t terms_at_a_time_;  // some 0.1 ms, after which the run may want to end
};

}  // namespace

std::unique_ptr<Product> integer_product(const ProductShape& shape) {
  if (shape.dtype == DType::i32) return std::make_unique<IntegerProduct<std::int32_t>>(shape);
  return std::make_unique<IntegerProduct<std::int64_t>>(shape);
}

}  // namespace deft
