#include "tree_sum.hpp"

#include <algorithm>
#include <bit>

#include "kernels/blocks.hpp"
#include "kernels/elementwise/elementwise.hpp"
#include "kernels/elementwise/functions.hpp"

namespace deft {
namespace {

constexpr std::int64_t panel_elements = 1024;  // of all partial sums together: a second-level cache

/// Sums of some columns of x at a time: the partial sum of each level of the tree stays near.
struct TreeSum {
  RowFunction add;
  std::size_t width;  // bytes of an element
  std::int64_t terms;
  std::int64_t count;  // elements of a term
  std::size_t panel_bytes;

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    for (std::int64_t panel = begin; panel < end; ++panel) {
      const std::int64_t first = panel * panel_elements;
      const auto size = static_cast<std::size_t>(std::min(panel_elements, count - first));
      const std::size_t offset = static_cast<std::size_t>(first) * width;
      sum(args.input<std::byte>(0) + offset, terms, size, args.thread_scratch,
          args.output<std::byte>() + offset);
    }
  }

 private:
  /// The sum of `of` >= 2 terms from x on. `scratch` has a panel for each level below.
  void sum(const std::byte* x, std::int64_t of, std::size_t size, std::byte* scratch,
           std::byte* to) const {
    const std::int64_t half = of / 2;
    const std::byte* const second = x + static_cast<std::size_t>(half * count) * width;
    if (of == 2) return added(x, second, size, to);
    sum(x, half, size, scratch + panel_bytes, to);
    sum(second, half, size, scratch + panel_bytes, scratch);
    added(to, scratch, size, to);
  }

  void added(const std::byte* x, const std::byte* y, std::size_t size, std::byte* to) const {
    Row row;
    row.inputs[0] = x;
    row.inputs[1] = y;
    row.output = to;
    row.count = size;
    add(row);
  }
};

}  // namespace

Kernel tree_sum_kernel(const KernelContext& context) {
  const TensorSpec& sum = context.outputs[0];
  const std::int64_t terms = context.inputs[0].shape[0];
  if (terms == 1) return Kernel::forward();
  const TreeSum body{.add = elements::add.rows(sum.dtype, sum.dtype).row,
                     .width = size_of(sum.dtype),
                     .terms = terms,
                     .count = sum.shape.num_elements(),
                     .panel_bytes = whole_lines(panel_elements * size_of(sum.dtype))};
  if (body.count == 0) return {};
  const auto levels = static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(terms)));
  const std::size_t scratch = levels * body.panel_bytes;
  const std::int64_t panels = ceil_div(body.count, panel_elements);
  const double flops = static_cast<double>(body.count) * static_cast<double>(terms - 1);
  Kernel kernel = make_blocked_kernel(body, panels, 0, flops);
  kernel.thread_scratch_bytes = scratch;
  return kernel;
}

}  // namespace deft
