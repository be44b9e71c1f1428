#include "kernels/eigen_product.hpp"

#include "kernels/eigen.hpp"

namespace deft {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Strided = Eigen::Map<const RowMajor, 0, Eigen::OuterStride<>>;

RowCut cut(const ProductShape& shape) {
  constexpr std::int64_t rows = 256;
  const bool large = shape.m >= 2 * rows && shape.n >= 64 && shape.k >= 64;
  return {shape.m, large ? rows : shape.m};
}

/// Calls f with `rows` x `columns` doubles at `data`, or with their transpose: stored as
/// [columns, rows], `outer` elements apart.
template <class F>
void visit_operand(bool transposed, const double* data, std::int64_t rows, std::int64_t columns,
                   std::int64_t outer, const F& f) {
  const Eigen::OuterStride<> stride(outer);
  if (transposed)
    f(Strided(data, columns, rows, stride).transpose());
  else
    f(Strided(data, rows, columns, stride));
}

class EigenProduct final : public Product {
 public:
  explicit EigenProduct(const ProductShape& shape) : shape_(shape), cut_(cut(shape)) {
    parts = cut_.parts();
  }

  void run(const ProductArgs& args, std::int64_t part) const override {
    const std::int64_t row = cut_.begin(part);
    const std::int64_t rows = cut_.size(part);
    const ProductShape& s = shape_;
    Eigen::Map<RowMajor> c(static_cast<double*>(args.c) + row * s.n, rows, s.n);
    const auto* a_part = static_cast<const double*>(args.a) + row * s.a_row();
    const auto* b_whole = static_cast<const double*>(args.b);
    visit_operand(s.transpose_a, a_part, rows, s.k, s.transpose_a ? s.m : s.k, [&](const auto& a) {
      visit_operand(s.transpose_b, b_whole, s.k, s.n, s.transpose_b ? s.k : s.n,
                    [&](const auto& b) { c.noalias() = a * b; });
    });
  }

 private:
  ProductShape shape_;
  RowCut cut_;
};

}  // namespace

std::unique_ptr<Product> eigen_product(const ProductShape& shape) {
  return std::make_unique<EigenProduct>(shape);
}

}  // namespace deft
