#include "tiled_product.hpp"

#include "tiled_kernel.hpp"

namespace deft {
namespace {

template <class T>
class TiledProduct final : public Product {
 public:
  explicit TiledProduct(const ProductShape& shape)
      : kernel_(tiled_kernel<T>()), cut_(cut_grid(shape)) {
    whole_.m = cut_.rows.per_part;
    whole_.n = cut_.columns.per_part;
    whole_.c_row = shape.n;
    whole_.k = shape.k;
    whole_.a_row = shape.a_row();
    whole_.a_term = shape.a_term();
    whole_.b_term = shape.b_term();
    whole_.b_column = shape.b_column();
    parts = cut_.parts();
    part_rows = cut_.part_rows();
    private_bytes =
        static_cast<std::size_t>(whole_.packed_a_size() + whole_.packed_b_size()) * sizeof(T);
  }

  void run(const ProductArgs& args, std::int64_t part) const override {
    const std::int64_t row = cut_.rows.begin(cut_.row_part(part));
    const std::int64_t column = cut_.columns.begin(cut_.column_part(part));
    TiledPart<T> piece = whole_;
    piece.a = static_cast<const T*>(args.a) + row * piece.a_row;
    piece.b = static_cast<const T*>(args.b) + column * piece.b_column;
    piece.c = static_cast<T*>(args.c) + row * piece.c_row + column;
    piece.packed_a = reinterpret_cast<T*>(args.private_);
    piece.packed_b = piece.packed_a + whole_.packed_a_size();
    piece.m = cut_.rows.size(cut_.row_part(part));
    piece.n = cut_.columns.size(cut_.column_part(part));
    kernel_(piece);
  }

 private:
  TiledKernel<T> kernel_;
  GridCut cut_;
  TiledPart<T> whole_;  // without pointers, and as large as the first part
};

}  // namespace

std::unique_ptr<Product> tiled_product(const ProductShape& shape) {
  if (shape.dtype == DType::f32) return std::make_unique<TiledProduct<float>>(shape);
  return std::make_unique<TiledProduct<double>>(shape);
}

}  // namespace deft
