#include "evaluate.hpp"

#include <memory>
#include <new>
#include <vector>

#include "prepare.hpp"

namespace deft {
namespace {

constexpr double most_flops = 1e9;

struct Free {
  void operator()(std::byte* p) const { ::operator delete (p, std::align_val_t{64}); }
};

/// Calls the kernel. A tensor without elements has an address too.
Tensor run(const Kernel& kernel, std::span<const Tensor* const> inputs, const TensorSpec& output) {
  std::vector<const void*> from;
  for (const Tensor* input : inputs) from.push_back(input == nullptr ? nullptr : input->raw());
  Tensor made = Tensor::uninitialized(output.dtype, output.shape);
  void* to = const_cast<void*>(made.raw());
  const std::unique_ptr<std::byte, Free> scratch(
      static_cast<std::byte*>(::operator new (kernel.scratch_bytes + 64, std::align_val_t{64})));
  const KernelArgs args{from.data(), &to, scratch.get()};
  kernel.run(kernel.state.get(), args, 0, kernel.blocks);
  if (kernel.finish != nullptr) kernel.finish(kernel.state.get(), args);
  return made;
}

}  // namespace

std::optional<Tensor> evaluate(const Operation& operation, std::span<const Tensor* const> inputs,
                               std::span<const TensorSpec> specs, const TensorSpec& output) {
  try {
    const Kernel kernel = operation.op->kernel(
        {.inputs = specs, .outputs = {&output, 1}, .attributes = *operation.attributes});
    if (!fault_of(kernel, *operation.op, specs, {&output, 1}).empty()) return std::nullopt;
    if (kernel.forwards) {
      if (inputs[0]->dtype() != output.dtype) return std::nullopt;
      return inputs[0]->reshaped(output.shape);
    }
    if (kernel.run == nullptr) return std::nullopt;
    if (kernel.flops < 0 || kernel.flops > most_flops) return std::nullopt;
    return run(kernel, inputs, output);
  } catch (...) {
    return std::nullopt;
  }
}

}  // namespace deft
