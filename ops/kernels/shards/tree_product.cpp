#include "tree_product.hpp"

#include <utility>

#include <deft/core/visit_dtype.hpp>

#include "kernels/blocks.hpp"
#include "kernels/elementwise/elementwise.hpp"
#include "kernels/elementwise/functions.hpp"
#include "kernels/products/product_kind.hpp"
#include "kernels/shards/tree_kernel.hpp"

namespace deft {
namespace {

/// Of a shard; with more, writing its product to memory takes little of the time.
constexpr std::int64_t most_terms = 256;

/// Terms that are packed at once.
constexpr std::int64_t packed_terms = 1024;

/// Rows of the result that a block makes.
constexpr std::int64_t region_rows = 256;

/// A block is some rows of the result, for which the tree is walked. Shards whose terms together
/// are packed at once are added in registers; above them there is a region for each level.
template <class T>
class TreeProduct {
 public:
  TreeProduct(std::int64_t count, const Shape& a, const Shape& b)
      : kernel_(tree_kernel<T>()),
        add_(elements::add.rows(dtype_of<T>(), dtype_of<T>()).row),
        count_(count),
        rows_(cut_evenly(a[2], ceil_div(a[2], region_rows), 16)) {
    whole_.m = rows_.per_part;
    whole_.n = b[2];
    whole_.terms = a[1];
    whole_.chains = count;
    while (whole_.chains > 1 && whole_.chains * whole_.terms > packed_terms) whole_.chains /= 2;
    whole_.a_term = a[2];
    whole_.b_term = b[2];
    whole_.c_row = b[2];
    for (std::int64_t sum = count; sum > whole_.chains; sum /= 2) ++levels_;
  }

  std::int64_t blocks() const { return rows_.parts(); }

  std::size_t thread_scratch_bytes() const {
    const std::int64_t elements =
        whole_.packed_a_size() + whole_.packed_b_size() + levels_ * region_size();
    return static_cast<std::size_t>(elements) * sizeof(T);
  }

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    for (std::int64_t block = begin; block < end && !args.interrupted(); ++block) {
      const std::int64_t row = rows_.begin(block);
      TreePart<T> region = whole_;
      region.m = rows_.size(block);
      region.a = args.input<T>(0) + row;
      region.b = args.input<T>(1);
      region.c = args.output<T>() + row * region.c_row;
      region.packed_a = reinterpret_cast<T*>(args.thread_scratch);
      region.packed_b = region.packed_a + whole_.packed_a_size();
      sum(region, count_, region.packed_b + whole_.packed_b_size());
    }
  }

 private:
  /// Elements, a multiple of a cache line.
  std::int64_t region_size() const { return (whole_.m * whole_.n + 15) / 16 * 16; }

  /// region.c = the sum over `count` shards from region.a and region.b on.
  void sum(const TreePart<T>& region, std::int64_t count, T* scratch) const {
    if (count == region.chains) return kernel_(region);
    const std::int64_t half = count / 2;
    sum(region, half, scratch + region_size());
    TreePart<T> second = region;
    second.a += half * region.terms * region.a_term;
    second.b += half * region.terms * region.b_term;
    second.c = scratch;
    second.c_row = region.n;
    sum(second, half, scratch + region_size());
    for (std::int64_t i = 0; i < region.m; ++i)
      add(region.c + i * region.c_row, scratch + i * region.n, region.n);
  }

  void add(T* to, const T* x, std::int64_t count) const {
    Row row;
    row.inputs[0] = to;
    row.inputs[1] = x;
    row.output = to;
    row.count = static_cast<std::size_t>(count);
    add_(row);
  }

  TreeKernel<T> kernel_;
  RowFunction add_;
  std::int64_t count_;
  RowCut rows_;
  std::int64_t levels_ = 0;  // above the shards that are packed at once
  TreePart<T> whole_;        // without pointers, and as large as the first region
};

}  // namespace

bool is_tree_product(const TensorSpec& a, const TensorSpec& b) {
  const ProductShape one{
      .dtype = a.dtype, .m = a.shape[1], .n = b.shape[1], .k = a.shape[0], .transpose_a = true};
  if (one.m * one.n * one.k == 0 || one.k > most_terms) return false;
  const ProductKind kind = kind_of(one);
  return kind == ProductKind::tiled || kind == ProductKind::onednn;
}

Kernel tree_product_kernel(const KernelContext& context) {
  const Shape& a = context.inputs[0].shape;
  const Shape& b = context.inputs[1].shape;
  return visit_floating(context.outputs[0].dtype, [&]<class T>(std::type_identity<T>) {
    TreeProduct<T> body(a[0], a, b);
    const std::int64_t blocks = body.blocks();
    const std::size_t scratch = body.thread_scratch_bytes();
    const double flops = 2.0 * static_cast<double>(a.num_elements()) * static_cast<double>(b[2]);
    Kernel kernel = make_blocked_kernel(std::move(body), blocks, 0, flops);
    kernel.thread_scratch_bytes = scratch;
    return kernel;
  });
}

}  // namespace deft
