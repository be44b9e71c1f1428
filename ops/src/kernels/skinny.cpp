#include "kernels/skinny.hpp"

#include <algorithm>

#include "kernels/skinny_kernels.hpp"

namespace deft {
namespace {

constexpr std::int64_t short_terms = 4;
constexpr std::int64_t chain_terms = 16;    // up to here: one chain per element
constexpr std::int64_t block_terms = 2048;  // of a long sum; a multiple of 64
constexpr std::int64_t block_rows = 2048;   // of a product with few terms
constexpr std::int64_t part_elements = 65536;

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

template <class T>
class SkinnyProduct final : public Product {
 public:
  explicit SkinnyProduct(const ProductShape& shape)
      : swapped_(shape.m < shape.n), whole_(orient(shape, swapped_)) {
    choose_kernel();
    blocks_ = whole_.k <= chain_terms ? 1 : ceil_div(whole_.k, block_terms);
    parts = rows_.parts() * blocks_;
    combines = blocks_ > 1;
    if (combines) shared_bytes = static_cast<std::size_t>(blocks_ * size()) * sizeof(T);
  }

  void run(const ProductArgs& args, std::int64_t part) const override {
    const std::int64_t block = part / rows_.parts();
    const std::int64_t row = rows_.begin(part % rows_.parts());
    const std::int64_t term = block * block_terms;
    SkinnyPart<T> piece = whole_;
    piece.a = operand_a(args) + row * piece.a_row + term * piece.a_term;
    piece.b = operand_b(args) + term * piece.b_term;
    piece.c =
        (combines ? partials(args) + block * size() : static_cast<T*>(args.c)) + row * piece.c_row;
    piece.m = rows_.size(part % rows_.parts());
    if (combines) piece.k = std::min(block_terms, piece.k - term);
    kernel_(piece);
  }

  void finish(const ProductArgs& args) const override {
    auto* c = static_cast<T*>(args.c);
    for (std::int64_t i = 0; i < size(); ++i) {
      double sum = 0;
      for (std::int64_t block = 0; block < blocks_; ++block)
        sum += static_cast<double>(partials(args)[block * size() + i]);
      c[i] = static_cast<T>(sum);
    }
  }

 private:
  /// The product with its narrow side as n: c^T = b^T a^T where m is the narrow one.
  static SkinnyPart<T> orient(const ProductShape& s, bool swapped) {
    SkinnyPart<T> part;
    part.k = s.k;
    if (!swapped) {
      part.m = s.m;
      part.n = s.n;
      part.a_row = s.a_row();
      part.a_term = s.a_term();
      part.b_term = s.b_term();
      part.b_column = s.b_column();
      part.c_row = s.n;
      part.c_column = 1;
    } else {
      part.m = s.n;
      part.n = s.m;
      part.a_row = s.b_column();
      part.a_term = s.b_term();
      part.b_term = s.a_term();
      part.b_column = s.a_row();
      part.c_row = 1;
      part.c_column = s.n;
    }
    return part;
  }

  /// Where the rows are cut changes no number, so it may follow the layout: a column kernel wants
  /// long pieces of the rows of its matrix.
  void choose_kernel() {
    const std::int64_t rows = part_elements / std::min(whole_.k, block_terms) / 16 * 16;
    if (whole_.k <= short_terms) {
      kernel_ = short_kernel<T>();
      rows_ = {whole_.m, block_rows};
    } else if (whole_.k <= chain_terms) {
      kernel_ = chain_kernel<T>();
      rows_ = {whole_.m, block_rows};
    } else if (whole_.a_term == 1 || whole_.m <= 4) {
      kernel_ = dot_kernel<T>();
      rows_ = {whole_.m, std::max<std::int64_t>(rows, 32)};
    } else {
      kernel_ = column_kernel<T>();
      rows_ = {whole_.m, std::max<std::int64_t>(rows, 256)};
    }
  }

  std::int64_t size() const { return whole_.m * whole_.n; }
  const T* operand_a(const ProductArgs& args) const {
    return static_cast<const T*>(swapped_ ? args.b : args.a);
  }
  const T* operand_b(const ProductArgs& args) const {
    return static_cast<const T*>(swapped_ ? args.a : args.b);
  }
  T* partials(const ProductArgs& args) const { return reinterpret_cast<T*>(args.shared); }

  bool swapped_;         // m is the narrow side
  SkinnyPart<T> whole_;  // without pointers
  SkinnyKernel<T> kernel_ = nullptr;
  RowCut rows_;
  std::int64_t blocks_ = 1;
};

}  // namespace

bool is_skinny(const ProductShape& shape) {
  return is_floating(shape.dtype) && std::min(shape.m, shape.n) <= skinny_columns;
}

std::unique_ptr<Product> skinny_product(const ProductShape& shape) {
  if (shape.dtype == DType::f32) return std::make_unique<SkinnyProduct<float>>(shape);
  return std::make_unique<SkinnyProduct<double>>(shape);
}

}  // namespace deft
