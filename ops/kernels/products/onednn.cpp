#include "onednn.hpp"

#include <array>
#include <optional>
#include <string_view>

#include "kernels/blocks.hpp"
#include "kernels/environment/single_thread.hpp"
#include "kernels/onednn/executable.hpp"

namespace deft {
namespace {

using dnnl::memory;

memory::desc matrix(std::int64_t rows, std::int64_t columns, std::int64_t row_stride,
                    std::int64_t column_stride) {
  return {{rows, columns}, memory::data_type::f32, memory::dims{row_stride, column_stride}};
}

/// Whether a product of `terms` terms by oneDNN's `implementation` may move the stack pointer onto
/// the heap. oneDNN's "gemm:jit" kernels copy rows of all their terms to the stack if 16 kB hold
/// them (8 kB in some builds), and otherwise take a buffer on the heap for their stack.
bool may_move_stack(std::string_view implementation, std::int64_t terms) {
  return implementation.find("gemm:") != std::string_view::npos &&
         terms > (onednn_has_avx512() ? 32 : 128);
}

/// A primitive for `rows` rows and `columns` columns of the product, with the memory descriptions
/// that it takes.
struct Primitive {
  memory::desc a, b, c, scratchpad;
  dnnl::matmul matmul;
  bool moves_stack = false;

  Primitive(const dnnl::engine& engine, const ProductShape& shape, std::int64_t rows,
            std::int64_t columns)
      : a(matrix(rows, shape.k, shape.a_row(), shape.a_term())),
        b(matrix(shape.k, columns, shape.b_term(), shape.b_column())),
        c(matrix(rows, columns, shape.n, 1)) {
    const dnnl::primitive_attr attributes = callers_scratchpad();
#if DNNL_VERSION_MAJOR >= 3
    const dnnl::matmul::primitive_desc description(engine, a, b, c, attributes);
#else
    const dnnl::matmul::primitive_desc description({a, b, c}, attributes, engine);
#endif
    scratchpad = description.scratchpad_desc();
    moves_stack = may_move_stack(description.impl_info_str(), shape.k);
    matmul = dnnl::matmul(description);
  }
};

/// Rows [0, rows) of the transpose of `from`, whose rows are `stride` long, with `terms` each.
void transpose_rows(const float* from, std::int64_t stride, std::int64_t rows, std::int64_t terms,
                    float* to) {
  constexpr std::int64_t tile = 32;
  for (std::int64_t t = 0; t < terms; t += tile)
    for (std::int64_t r = 0; r < rows; r += tile)
      for (std::int64_t i = r; i < std::min(r + tile, rows); ++i)
        for (std::int64_t j = t; j < std::min(t + tile, terms); ++j)
          to[i * terms + j] = from[j * stride + i];
}

bool both_transposed(const ProductShape& shape) { return shape.transpose_a && shape.transpose_b; }

class OnednnProduct final : public Product {
 public:
  OnednnProduct(const ProductShape& shape, int threads)
      : shape_(shape),
        copies_a_(both_transposed(shape)),
        cut_(cut_grid(shape)),
        engine_(dnnl::engine::kind::cpu, 0) {
    if (copies_a_) shape_.transpose_a = false;
    parts = cut_.parts();
    part_rows = cut_.part_rows();
    for (const bool last_row : {false, true})
      for (const bool last_column : {false, true}) prepare(last_row, last_column, threads);
    copy_offset_ = whole_lines(private_bytes);
    if (copies_a_)
      private_bytes =
          copy_offset_ + static_cast<std::size_t>(cut_.rows.per_part * shape.k) * sizeof(float);
  }

  void run(const ProductArgs& args, std::int64_t part) const override {
    const SingleThread guard;
    const std::int64_t r = cut_.row_part(part);
    const std::int64_t c = cut_.column_part(part);
    const std::int64_t row = cut_.rows.begin(r);
    const std::int64_t column = cut_.columns.begin(c);
    const auto* const a = static_cast<const float*>(args.a);
    const auto& executable =
        executables_[index(r + 1 == cut_.rows.parts(), c + 1 == cut_.columns.parts())];
    executable->run(std::array<const void*, 4>{
        copies_a_ ? copy_of_a(a + row, cut_.rows.size(r), args.private_) : a + row * shape_.a_row(),
        static_cast<const float*>(args.b) + column * shape_.b_column(),
        static_cast<float*>(args.c) + row * shape_.n + column, args.private_});
  }

 private:
  static std::size_t index(bool last_row, bool last_column) {
    return (last_row ? 2U : 0U) + (last_column ? 1U : 0U);
  }

  void prepare(bool last_row, bool last_column, int threads) {
    const RowCut& r = cut_.rows;
    const RowCut& c = cut_.columns;
    if ((!last_row && r.parts() == 1) || (!last_column && c.parts() == 1)) return;
    const Primitive made(engine_, shape_, r.size(last_row ? r.parts() - 1 : 0),
                         c.size(last_column ? c.parts() - 1 : 0));
    executables_[index(last_row, last_column)].emplace(
        engine_, made.matmul,
        std::vector<OnednnExecutable::Argument>{{DNNL_ARG_SRC, made.a},
                                                {DNNL_ARG_WEIGHTS, made.b},
                                                {DNNL_ARG_DST, made.c},
                                                {DNNL_ARG_SCRATCHPAD, made.scratchpad}},
        threads);
    private_bytes = std::max(private_bytes, made.scratchpad.get_size());
    moves_stack = moves_stack || made.moves_stack;
  }

  /// oneDNN's kernel for two transposed operands loses a quarter of its speed when the product is
  /// cut into parts; its kernel for one transposed operand does not, so a part transposes its a.
  const float* copy_of_a(const float* a, std::int64_t rows, std::byte* scratch) const {
    auto* const to = reinterpret_cast<float*>(scratch + copy_offset_);
    transpose_rows(a, shape_.m, rows, shape_.k, to);
    return to;
  }

  ProductShape shape_;  // as oneDNN gets it
  bool copies_a_;       // a is stored transposed, and so is b
  GridCut cut_;
  dnnl::engine engine_;
  std::array<std::optional<OnednnExecutable>, 4>
      executables_;              // the last row and column of parts differ
  std::size_t copy_offset_ = 0;  // in a part's private bytes
};

}  // namespace

/// With AVX-512 long sums are cut into blocks, whose length is another if oneDNN packs a from its
/// transpose (seen from 1025 terms on; 256 are one block in all its kernels). Without, kernels for
/// other ways of storing the operands add in other orders, also short sums.
int onednn_order(const ProductShape& shape) {
  if (!onednn_has_avx512()) return (shape.transpose_a ? 2 : 0) + (shape.transpose_b ? 1 : 0);
  const bool packs_transpose = shape.transpose_a && !both_transposed(shape);
  return shape.k > 256 && packs_transpose ? 1 : 0;
}

std::unique_ptr<Product> onednn_product(const ProductShape& shape, int threads) {
  const SingleThread guard;
  return with_onednn([&] { return std::make_unique<OnednnProduct>(shape, threads); });
}

}  // namespace deft
