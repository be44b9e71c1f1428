#pragma once

#include <cstddef>
#include <vector>

#include "kernels/reductions/reduction.hpp"
#include <deft/core/form.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// The bytes that the plain kernel of a reduction gives for `x`, of that spec.
inline std::vector<std::byte> plain_reduction(const ReductionForm& form, const TensorSpec& spec,
                                              const void* x, const TensorSpec& result) {
  const Attributes attributes;
  const KernelContext context{
      .inputs = {&spec, 1}, .outputs = {&result, 1}, .attributes = attributes};
  const Kernel kernel = reduction_kernel(form.reduce, form.axes, context);
  std::vector<std::byte> bytes(static_cast<std::size_t>(result.shape.num_elements()) *
                               size_of(result.dtype));
  std::vector<double> scratch(kernel.scratch_bytes / sizeof(double) + 1);
  void* output = bytes.data();
  const KernelArgs args{
      .inputs = &x, .outputs = &output, .scratch = reinterpret_cast<std::byte*>(scratch.data())};
  kernel.run(kernel.state.get(), args, 0, kernel.blocks);
  if (kernel.finish != nullptr) kernel.finish(kernel.state.get(), args);
  return bytes;
}

}  // namespace deft
