#include "fused_product.hpp"

#include "fused/fused_kernel.hpp"

#include "fused_layout.hpp"
#include "kernels/blocks.hpp"
#include "kernels/products/skinny/skinny.hpp"
#include "kernels/products/skinny/skinny_plan.hpp"
#include <deft/core/visit_dtype.hpp>

namespace deft {
namespace {

constexpr std::int64_t least_rows = 64;
constexpr std::int64_t cached_bytes = 1 << 21;  // of a matrix that stays in the cache

ProductShape shape_of(const ProductForm& form, const TensorSpec& a, const TensorSpec& c) {
  return {.dtype = c.dtype,
          .m = c.shape[0],
          .n = c.shape[1],
          .k = a.shape[form.transpose_a ? 0 : 1],
          .transpose_a = form.transpose_a,
          .transpose_b = form.transpose_b};
}

/// SkinnyPart::next of a matrix whose rows are `row` elements apart: the next tile, if the matrix
/// comes from memory. The processor fetches ahead too, but only while a tile is read in order.
template <class T>
std::int64_t next_tile(const TileStep& step, std::int64_t elements, std::int64_t row) {
  return elements * static_cast<std::int64_t>(sizeof(T)) > cached_bytes ? step.tile_rows * row : 0;
}

/// y [rows, n] = x [rows, k] w [k, n]
template <class T>
class RowProduct final : public FusedTile {
 public:
  RowProduct(const TileStep& step, const ProductShape& shape)
      : plan_(shape), x_(step.sources[0]), w_(step.sources[1]), y_(step.target) {
    if (shape.transpose_a) x_.row_bytes = sizeof(T);
    if (step.packed[0] && !shape.transpose_a) {
      packed_ = *step.packed[0];
      plan_.whole.a_row = 1;
      plan_.whole.a_term = packed_.shape()[1];
    }
    plan_.whole.next = next_tile<T>(step, shape.m * shape.k, plan_.whole.a_row);
  }

  void run(const TileRun& run) const override {
    SkinnyPart<T> piece = plan_.whole;
    piece.a = packed_.num_elements() == 0 ? reinterpret_cast<const T*>(x_.row(run, run.first))
                                          : packed_.data<T>().data() + run.first;
    piece.b = reinterpret_cast<const T*>(w_.row(run, 0));
    piece.c = reinterpret_cast<T*>(y_.row(run, run.first));
    piece.m = run.rows;
    plan_.kernel(piece);
  }

 private:
  SkinnyPlan<T> plan_;
  RowSource x_;
  RowSource w_;
  RowSource y_;
  Tensor packed_;  // x column by column, or nothing
};

/// g [m, n] = x^T e of x [rows, m] and e [rows, n]: a tile is a block of terms.
template <class T>
class ColumnProduct final : public FusedTile {
 public:
  ColumnProduct(const TileStep& step, const ProductShape& shape)
      : plan_(shape),
        a_(step.sources[plan_.swapped ? 1 : 0]),
        b_(step.sources[plan_.swapped ? 0 : 1]),
        sums_(step, shape) {
    partial_bytes = sums_.bytes();
    partials = {sums_.partials(0)};
    if (const auto& packed = step.packed[plan_.swapped ? 1 : 0]) {
      packed_ = *packed;
      plan_.whole.a_row = packed_.shape()[1];
      plan_.whole.a_term = 1;
      if (shape.k > chain_terms) plan_.kernel = dot_kernel<T>();
    }
    plan_.whole.next = next_tile<T>(step, shape.m * shape.k, plan_.whole.a_term);
  }

  void run(const TileRun& run) const override {
    SkinnyPart<T> piece = plan_.whole;
    piece.a = packed_.num_elements() == 0 ? reinterpret_cast<const T*>(a_.row(run, run.first))
                                          : packed_.data<T>().data() + run.first;
    piece.b = reinterpret_cast<const T*>(b_.row(run, run.first));
    piece.k = run.rows;
    piece.c = reinterpret_cast<T*>(sums_.of_tile(run, run.args.scratch + partial_offset));
    plan_.kernel(piece);
  }

  void finish(const KernelArgs& args, const std::byte* from) const override {
    sums_.finish(args, from);
  }

 private:
  SkinnyPlan<T> plan_;
  RowSource a_;
  RowSource b_;
  BlockSums sums_;
  Tensor packed_;  // a column by column, or nothing
};

}  // namespace

BlockSums::BlockSums(const TileStep& step, const ProductShape& shape)
    : dtype_(shape.dtype),
      size_(shape.m * shape.n),
      block_terms_(skinny_block_terms(shape)),
      blocks_(ceil_div(shape.k, block_terms_)),
      rows_of_block_(step.block_rows),
      output_(step.target.at) {}

std::size_t BlockSums::bytes() const {
  return blocks_ == 1 ? 0 : static_cast<std::size_t>(blocks_ * size_) * size_of(dtype_);
}

Kernel::Partials BlockSums::partials(std::size_t offset) const {
  return {offset, static_cast<std::size_t>(rows_of_block_ / block_terms_ * tile_bytes()), bytes()};
}

std::byte* BlockSums::of_tile(const TileRun& run, std::byte* to) const {
  if (blocks_ == 1) return run.args.output<std::byte>(output_);
  return to + static_cast<std::size_t>(run.first / block_terms_ * size_) * size_of(dtype_);
}

void BlockSums::finish(const KernelArgs& args, const std::byte* from) const {
  if (blocks_ == 1) return;
  visit_floating(dtype_, [&]<class T>(std::type_identity<T>) {
    add_blocks(reinterpret_cast<const T*>(from), blocks_, size_, args.output<T>(output_));
  });
}

std::optional<RowStream> row_stream(const ProductForm& form, std::span<const TensorSpec> inputs,
                                    const TensorSpec& output) {
  const ProductShape shape = shape_of(form, inputs[0], output);
  if (output.shape.num_elements() == 0 || shape.k == 0 || !is_skinny(shape)) return std::nullopt;
  if (form.transpose_a && !form.transpose_b && shape.k >= least_rows)
    return RowStream{{form, StepKind::product_over_rows, skinny_block_terms(shape)}, shape.k};
  if (shape.n <= skinny_columns && shape.m >= least_rows && shape.k <= undivided_terms)
    return RowStream{{form, StepKind::product}, shape.m};
  return std::nullopt;
}

bool makes_rows(const ProductForm& form, std::span<const TensorSpec> inputs,
                const TensorSpec& output) {
  const ProductShape shape = shape_of(form, inputs[0], output);
  return output.shape.num_elements() != 0 && shape.k != 0 && !is_skinny(shape);
}

ProductShape product_shape(const TileStep& step) {
  return shape_of(std::get<ProductForm>(step.what.form), step.inputs[0], step.output);
}

std::unique_ptr<FusedTile> product_tile(const TileStep& step) {
  const ProductShape shape = product_shape(step);
  const bool is_over_rows = step.what.kind == StepKind::product_over_rows;
  return visit_floating(shape.dtype,
                        [&]<class T>(std::type_identity<T>) -> std::unique_ptr<FusedTile> {
                          if (is_over_rows) return std::make_unique<ColumnProduct<T>>(step, shape);
                          return std::make_unique<RowProduct<T>>(step, shape);
                        });
}

}  // namespace deft
