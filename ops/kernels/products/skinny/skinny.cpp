#include "skinny.hpp"

#include <algorithm>

#include "skinny_plan.hpp"

namespace deft {
namespace {

constexpr std::int64_t block_rows = 2048;  // of a product with few terms
constexpr std::int64_t part_elements = 65536;

template <class T>
class SkinnyProduct final : public Product {
 public:
  explicit SkinnyProduct(const ProductShape& shape) : plan_(shape), rows_(cut_rows(plan_)) {
    parts = rows_.parts() * plan_.blocks();
    combines = plan_.blocks() > 1;
    if (combines)
      shared_bytes = static_cast<std::size_t>(plan_.blocks() * plan_.size()) * sizeof(T);
  }

  void run(const ProductArgs& args, std::int64_t part) const override {
    const std::int64_t block = part / rows_.parts();
    const std::int64_t row = rows_.begin(part % rows_.parts());
    const std::int64_t term = block * plan_.block_terms;
    SkinnyPart<T> piece = plan_.whole;
    piece.a = static_cast<const T*>(plan_.swapped ? args.b : args.a) + row * piece.a_row +
              term * piece.a_term;
    piece.b = static_cast<const T*>(plan_.swapped ? args.a : args.b) + term * piece.b_term;
    piece.c = (combines ? partials(args) + block * plan_.size() : static_cast<T*>(args.c)) +
              row * piece.c_row;
    piece.m = rows_.size(part % rows_.parts());
    piece.k = std::min(plan_.block_terms, piece.k - term);
    plan_.kernel(piece);
  }

  void finish(const ProductArgs& args) const override {
    add_blocks(partials(args), plan_.blocks(), plan_.size(), static_cast<T*>(args.c));
  }

 private:
  /// Where the rows are cut changes no number, so it may follow the layout: a column kernel wants
  /// long pieces of the rows of its matrix.
  static RowCut cut_rows(const SkinnyPlan<T>& plan) {
    const std::int64_t m = plan.whole.m;
    if (plan.whole.k <= chain_terms) return {m, block_rows};
    const std::int64_t rows = part_elements / plan.block_terms / 16 * 16;
    return {m, std::max<std::int64_t>(rows, plan.is_dot() ? 32 : 256)};
  }

  T* partials(const ProductArgs& args) const { return reinterpret_cast<T*>(args.shared); }

  SkinnyPlan<T> plan_;
  RowCut rows_;
};

}  // namespace

bool is_skinny(const ProductShape& shape) {
  return is_floating(shape.dtype) && std::min(shape.m, shape.n) <= skinny_columns;
}

std::int64_t skinny_block_terms(const ProductShape& shape) {
  return shape.dtype == DType::f32 ? skinny_block_terms<float>(shape)
                                   : skinny_block_terms<double>(shape);
}

std::unique_ptr<Product> skinny_product(const ProductShape& shape) {
  if (shape.dtype == DType::f32) return std::make_unique<SkinnyProduct<float>>(shape);
  return std::make_unique<SkinnyProduct<double>>(shape);
}

}  // namespace deft
