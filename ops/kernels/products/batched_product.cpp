#include "batched_product.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "kernels/batch_layout.hpp"
#include "kernels/blocks.hpp"
#include "kernels/environment/blocked_signals.hpp"

namespace deft {
namespace {

/// A product for each matrix of a batch. A block is a part of one of these products, or several
/// parts where they are small.
class BatchedProduct {
 public:
  BatchedProduct(std::shared_ptr<const Product> product, const ProductShape& shape,
                 BatchLayout layout)
      : product_(std::move(product)), shape_(shape), layout_(layout) {
    const std::int64_t parts = layout_.count() * product_->parts;
    const double flops_per_part = shape.flops() / static_cast<double>(product_->parts);
    const double enough = std::max(1.0, min_flops / flops_per_part);
    parts_per_block_ = std::clamp(static_cast<std::int64_t>(std::min(enough, 1e9)),
                                  (parts + max_blocks - 1) / max_blocks, parts);
    blocks_ = (parts + parts_per_block_ - 1) / parts_per_block_;
    shared_bytes_ = whole_lines(product_->shared_bytes);
  }

  std::int64_t blocks() const { return blocks_; }
  std::int64_t rows_per_block() const {
    return layout_.count() == 1 ? parts_per_block_ * product_->part_rows : 0;
  }
  std::size_t scratch_bytes() const {
    return static_cast<std::size_t>(layout_.count()) * shared_bytes_;
  }

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    std::optional<BlockedSignals> guard;
    if (product_->moves_stack) guard.emplace(BlockedSignals::Extent::all);
    const std::int64_t parts = layout_.count() * product_->parts;
    for (std::int64_t block = begin; block < end; ++block) {
      const std::int64_t last = std::min(parts, (block + 1) * parts_per_block_);
      for (std::int64_t i = block * parts_per_block_; i < last; ++i) {
        ProductArgs one = operands(args, i / product_->parts);
        one.private_ = args.thread_scratch;
        one.interrupt = args.interrupt;
        product_->run(one, i % product_->parts);
      }
    }
  }

  void finish(const KernelArgs& args) const {
    for (std::int64_t i = 0; i < layout_.count(); ++i) product_->finish(operands(args, i));
  }

 private:
  static constexpr double min_flops = 131072;  // of a block, if there are that many
  static constexpr std::int64_t max_blocks = 1 << 20;

  ProductArgs operands(const KernelArgs& args, std::int64_t matrix) const {
    const auto [a, b] = layout_.operands(matrix);
    const auto width = static_cast<std::int64_t>(size_of(shape_.dtype));
    ProductArgs one;
    one.a = args.input<std::byte>(0) + a * shape_.m * shape_.k * width;
    one.b = args.input<std::byte>(1) + b * shape_.k * shape_.n * width;
    one.c = args.output<std::byte>() + matrix * shape_.m * shape_.n * width;
    one.shared = args.scratch + static_cast<std::size_t>(matrix) * shared_bytes_;
    return one;
  }

  std::shared_ptr<const Product> product_;
  ProductShape shape_;
  BatchLayout layout_;
  std::int64_t parts_per_block_ = 1;
  std::int64_t blocks_ = 1;
  std::size_t shared_bytes_ = 0;
};

}  // namespace

Kernel batched_product(std::unique_ptr<const Product> product, const ProductShape& shape,
                       const Shape& batch, const Shape& a_batch, const Shape& b_batch) {
  const bool combines = product->combines;
  const std::size_t private_bytes = product->private_bytes;
  const BatchLayout layout(batch, a_batch, b_batch);
  BatchedProduct body(std::move(product), shape, layout);
  const std::int64_t blocks = body.blocks();
  const std::int64_t rows_per_block = body.rows_per_block();
  const std::size_t scratch_bytes = body.scratch_bytes();
  Kernel kernel = make_blocked_kernel(std::move(body), blocks, scratch_bytes,
                                      shape.flops() * static_cast<double>(layout.count()));
  kernel.thread_scratch_bytes = private_bytes;
  kernel.rows_per_block = rows_per_block;
  if (rows_per_block != 0 && !shape.transpose_a) kernel.reads_rows_of = 0;
  if (!combines) kernel.finish = nullptr;
  return kernel;
}

}  // namespace deft
