#pragma once

#include <algorithm>
#include <cstdint>

#include <deft/core/kernel.hpp>

#include "kernels/blocks.hpp"

namespace deft {

constexpr std::int64_t drawn_per_block = 4096;  // a multiple of every chunk

inline std::uint64_t step_of(const KernelArgs& args) {
  return static_cast<std::uint64_t>(*args.input<std::int64_t>(0));
}

/// Fills output 0 with elements of T: `draw(step, first, last, to)` draws those from `first`, which
/// is the first of a chunk, up to `last`. Input 0 is the step.
template <class T, class DrawElements>
Kernel drawing_kernel(const DrawElements& draw, const KernelContext& context, double nanoseconds) {
  const std::int64_t count = context.outputs[0].shape.num_elements();
  if (count == 0) return {};
  const auto run = [draw, count](const KernelArgs& args, std::int64_t begin, std::int64_t end) {
    draw(step_of(args), begin * drawn_per_block, std::min(end * drawn_per_block, count),
         args.output<T>());
  };
  Kernel kernel = make_blocked_kernel(run, ceil_div(count, drawn_per_block), 0,
                                      10.0 * static_cast<double>(count));
  kernel.nanoseconds = nanoseconds * static_cast<double>(count);
  return kernel;
}

}  // namespace deft
