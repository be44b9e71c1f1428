#include "one_hot.hpp"

#include <algorithm>

#include "index_range.hpp"
#include "kernels/axis_view.hpp"
#include "kernels/blocks.hpp"
#include <deft/core/visit_dtype.hpp>

namespace deft {
namespace {

/// The output is [outer, depth, inner], the indices [outer, inner]. Only the width of an element
/// matters: T is an unsigned integer.
template <class T, class I>
class OneHot {
 public:
  OneHot(const AxisView& output, const Shape& indices, T on, T off, bool strict)
      : output_(output),
        indices_(indices),
        on_(on),
        off_(off),
        strict_(strict),
        lines_per_block_(per_block(line_elements())) {}

  std::int64_t blocks() const { return ceil_div(lines(), lines_per_block_); }

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    const I* indices = args.input<I>(0);
    const std::int64_t last = std::min(end * lines_per_block_, lines());
    for (std::int64_t line = begin * lines_per_block_; line < last; ++line) {
      T* to = args.output<T>() + line * line_elements();
      if (output_.inner == 1)
        write_around_index(indices, indices[line], to);
      else
        write_beside_indices(indices, indices + line / output_.size * output_.inner,
                             line % output_.size, to);
    }
  }

 private:
  /// What is written at once: all of the depth for one index, or one of the depth for some indices.
  std::int64_t line_elements() const { return output_.inner == 1 ? output_.size : output_.inner; }
  std::int64_t lines() const {
    return output_.inner == 1 ? output_.outer : output_.outer * output_.size;
  }

  void write_around_index(const I* all, I index, T* to) const {
    std::fill_n(to, output_.size, off_);
    if (is_within(index, output_.size))
      to[index] = on_;
    else if (strict_)
      refuse_indices(all, indices_, {&output_.size, 1});
  }

  void write_beside_indices(const I* all, const I* indices, std::int64_t here, T* to) const {
    for (std::int64_t i = 0; i < output_.inner; ++i) to[i] = indices[i] == here ? on_ : off_;
    if (!strict_ || here != 0) return;
    for (std::int64_t i = 0; i < output_.inner; ++i)
      if (!is_within(indices[i], output_.size)) refuse_indices(all, indices_, {&output_.size, 1});
  }

  AxisView output_;
  Shape indices_;
  T on_;
  T off_;
  bool strict_;
  std::int64_t lines_per_block_;
};

/// Without depth there is nothing to write, and every index is out of range.
template <class I>
Kernel without_depth(const Shape& indices, bool strict) {
  if (!strict || indices.num_elements() == 0) return {};
  return make_kernel(
      [indices](const KernelArgs& args) {
        const std::int64_t depth = 0;
        refuse_indices(args.input<I>(0), indices, {&depth, 1});
      },
      0);
}

}  // namespace

Kernel one_hot_kernel(std::size_t axis, const Tensor& on, const Tensor& off, bool strict,
                      const KernelContext& context) {
  const Shape& indices = context.inputs[0].shape;
  const TensorSpec& output = context.outputs[0];
  return visit_index(context.inputs[0].dtype, [&]<class I>(std::type_identity<I>) {
    if (output.shape.num_elements() == 0) return without_depth<I>(indices, strict);
    return visit_width(output.dtype, [&]<class T>(std::type_identity<T>) {
      const OneHot<T, I> body(AxisView(output.shape, axis), indices,
                              *static_cast<const T*>(on.raw()), *static_cast<const T*>(off.raw()),
                              strict);
      return make_blocked_kernel(body, body.blocks(), 0, 0);
    });
  });
}

}  // namespace deft
