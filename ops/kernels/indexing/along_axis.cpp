#include "along_axis.hpp"

#include <algorithm>
#include <array>

#include "index_range.hpp"
#include "kernels/axis_view.hpp"
#include "kernels/blocks.hpp"
#include "kernels/movement/walk.hpp"

namespace deft {
namespace {

/// How x and its indices are read beside a tensor of the shape of what is taken.
struct Along {
  Shape indices;
  std::int64_t bound;  // of an index
  std::int64_t step;   // elements of x between neighbours along the axis
  Strides x_strides;   // 0 along the axis: there the index decides
  Strides index_strides;

  Along(std::size_t axis, Beside beside, const KernelContext& context, const Shape& taken)
      : indices(context.inputs[1].shape),
        bound(context.inputs[0].shape.dims()[axis]),
        step(dense_strides(context.inputs[0].shape)[axis]),
        x_strides(beside == Beside::aligned ? dense_strides(context.inputs[0].shape)
                                            : broadcast_strides(context.inputs[0].shape, taken)),
        index_strides(broadcast_strides(indices, taken)) {
    x_strides[axis] = 0;
  }

  /// Calls f(i, offset) for `count` indices that lie `stride` apart: offset is how far from the
  /// begin of its line the element stands that index i names.
  template <class I, class F>
  void for_each(const I* all, std::int64_t first, std::int64_t stride, std::int64_t count,
                const F& f) const {
    const std::int64_t end = bound;
    const std::int64_t apart = step;
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t index = all[first + i * stride];
      if (!is_within(index, end)) refuse_indices(all, indices, {&bound, 1});
      f(i, index * apart);
    }
  }
};

/// Only the width of an element matters: T is an unsigned integer.
template <class T, class I>
struct TakeAlong {
  Along along;
  Walk walk;  // of the output beside x and the indices
  std::int64_t count;

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const T* x = args.input<T>(0);
    const I* indices = args.input<I>(1);
    const std::int64_t first = begin * block_elements;
    const std::int64_t stride = walk.row_stride(0);
    const std::int64_t index_stride = walk.row_stride(1);
    T* to = args.output<T>() + first;
    for_each_run(walk, first, std::min(end * block_elements, count) - first,
                 [&](const RowCursor& row, std::int64_t within, std::int64_t n) {
                   const T* from = x + row.offset(0) + within * stride;
                   along.for_each(indices, row.offset(1) + within * index_stride, index_stride, n,
                                  [to, from, stride](std::int64_t i, std::int64_t offset) {
                                    to[i] = from[i * stride + offset];
                                  });
                   to += n;
                 });
  }
};

/// The work is cut along a dimension that is not the axis and along which x has an element for each
/// update: what goes to an element goes there by one block, in order.
template <class T, class I, class Combine>
class CombineAlong {
 public:
  CombineAlong(std::size_t axis, Beside beside, const KernelContext& context)
      : along_(axis, beside, context, context.inputs[2].shape),
        updates_(context.inputs[2].shape),
        split_(longest_dimension(axis, context.inputs[0].shape, updates_)),
        x_(context.inputs[0].shape, split_) {
    const std::int64_t elements = context.inputs[0].shape.num_elements() + updates_.num_elements();
    const bool whole = split_ == axis || x_.size <= 1;
    per_block_ = whole ? std::max<std::int64_t>(x_.size, 1) : per_block(elements / x_.size + 1);
    blocks_ = std::max<std::int64_t>(1, ceil_div(x_.size, per_block_));
    cuts_updates_ = !whole;
  }

  std::int64_t blocks() const { return blocks_; }

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const std::int64_t first = begin * per_block_;
    const std::int64_t last = std::min(end * per_block_, x_.size);
    copy(args, first, last);
    combine(args, first, last);
  }

 private:
  /// The longest dimension that the work may be cut along; the axis if there is none.
  static std::size_t longest_dimension(std::size_t axis, const Shape& x, const Shape& updates) {
    std::size_t longest = axis;
    for (std::size_t i = 0; i < x.rank(); ++i)
      if (i != axis && x.dims()[i] == updates.dims()[i] &&
          (longest == axis || x.dims()[i] > x.dims()[longest]))
        longest = i;
    return longest;
  }

  void copy(const KernelArgs& args, std::int64_t first, std::int64_t last) const {
    const T* from = args.input<T>(0);
    T* to = args.output<T>();
    if (from == to) return;
    for (std::int64_t outer = 0; outer < x_.outer; ++outer) {
      const std::int64_t at = (outer * x_.size + first) * x_.inner;
      std::copy_n(from + at, (last - first) * x_.inner, to + at);
    }
  }

  void combine(const KernelArgs& args, std::int64_t first, std::int64_t last) const {
    std::array<std::int64_t, Shape::max_rank> dims{};
    std::copy(updates_.dims().begin(), updates_.dims().end(), dims.begin());
    const Strides dense = dense_strides(updates_);
    const std::int64_t skipped = cuts_updates_ ? first : 0;
    if (cuts_updates_) dims[split_] = last - first;
    const Shape part(std::span<const std::int64_t>(dims.data(), updates_.rank()));
    if (part.num_elements() == 0) return;
    const Walk walk(part, std::array{along_.x_strides, along_.index_strides, dense});
    T* into = args.output<T>() + skipped * along_.x_strides[split_];
    const I* indices = args.input<I>(1);
    const std::int64_t index = skipped * along_.index_strides[split_];
    const T* updates = args.input<T>(2) + skipped * dense[split_];
    RowCursor cursor(walk, 0);
    std::int64_t since = 0;  // updates since the run was asked whether it ends
    for (std::int64_t row = part.num_elements() / walk.row_length(); row > 0; --row) {
      for (std::int64_t i = 0; i < walk.row_length(); i += block_elements) {
        const std::int64_t n = std::min(block_elements, walk.row_length() - i);
        along_.for_each(
            indices, index + cursor.offset(1) + i * walk.row_stride(1), walk.row_stride(1), n,
            [to = into + cursor.offset(0) + i * walk.row_stride(0), to_stride = walk.row_stride(0),
             from = updates + cursor.offset(2) + i * walk.row_stride(2),
             from_stride = walk.row_stride(2)](std::int64_t k, std::int64_t offset) {
              T& element = to[k * to_stride + offset];
              element = Combine::of(element, from[k * from_stride]);
            });
        since += n;
        if (since < block_elements) continue;
        if (args.interrupted()) return;
        since = 0;
      }
      cursor.advance();
    }
  }

  Along along_;
  Shape updates_;
  std::size_t split_;
  AxisView x_;  // around `split_`
  std::int64_t per_block_ = 1;
  std::int64_t blocks_ = 1;
  bool cuts_updates_ = false;
};

}  // namespace

Kernel take_along_axis_kernel(std::size_t axis, Beside beside, const KernelContext& context) {
  const Shape& output = context.outputs[0].shape;
  const std::int64_t count = output.num_elements();
  if (count == 0) return {};
  const Along along(axis, beside, context, output);
  const Walk walk(output, std::array{along.x_strides, along.index_strides});
  return visit_width(context.outputs[0].dtype, [&]<class T>(std::type_identity<T>) {
    return visit_index(context.inputs[1].dtype, [&]<class I>(std::type_identity<I>) {
      Kernel kernel =
          make_blocked_kernel(TakeAlong<T, I>{along, walk, count}, ceil_div(count, block_elements),
                              0, static_cast<double>(count));
      kernel.bytes = static_cast<double>(count) * static_cast<double>(2 * sizeof(T) + sizeof(I));
      return kernel;
    });
  });
}

Kernel combine_along_axis_kernel(std::size_t axis, Beside beside, Combination combination,
                                 const KernelContext& context) {
  const auto count = static_cast<double>(context.inputs[2].shape.num_elements());
  Kernel kernel = visit_combination(
      combination, context.outputs[0].dtype,
      [&]<class T, class Combine>(std::type_identity<T>, Combine) {
        return visit_index(context.inputs[1].dtype, [&]<class I>(std::type_identity<I>) {
          const CombineAlong<T, I, Combine> body(axis, beside, context);
          return make_blocked_kernel(body, body.blocks(), 0, count);
        });
      });
  kernel.in_place = 1U << 0;
  return kernel;
}

}  // namespace deft
