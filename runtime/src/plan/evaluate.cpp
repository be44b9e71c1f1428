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
std::vector<Tensor> run(const Kernel& kernel, std::span<const Tensor* const> inputs,
                        std::span<const TensorSpec> outputs) {
  std::vector<const void*> from;
  for (const Tensor* input : inputs) from.push_back(input == nullptr ? nullptr : input->raw());
  std::vector<Tensor> made;
  std::vector<void*> to;
  for (const TensorSpec& output : outputs) {
    made.push_back(Tensor::uninitialized(output.dtype, output.shape));
    to.push_back(const_cast<void*>(made.back().raw()));
  }
  const std::unique_ptr<std::byte, Free> scratch(
      static_cast<std::byte*>(::operator new (kernel.scratch_bytes + 64, std::align_val_t{64})));
  const KernelArgs args{from.data(), to.data(), scratch.get()};
  kernel.run(kernel.state.get(), args, 0, kernel.blocks);
  if (kernel.finish != nullptr) kernel.finish(kernel.state.get(), args);
  return made;
}

/// The inputs under the shapes of the outputs, if they have their dtypes.
std::optional<std::vector<Tensor>> forward(std::span<const Tensor* const> inputs,
                                           std::span<const TensorSpec> outputs) {
  std::vector<Tensor> made;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (inputs[i]->dtype() != outputs[i].dtype) return std::nullopt;
    made.push_back(inputs[i]->reshaped(outputs[i].shape));
  }
  return made;
}

}  // namespace

std::optional<std::vector<Tensor>> evaluate(const Operation& operation,
                                            std::span<const Tensor* const> inputs,
                                            std::span<const TensorSpec> specs,
                                            std::span<const TensorSpec> outputs) {
  try {
    const Kernel kernel = operation.op->kernel(
        {.inputs = specs, .outputs = outputs, .attributes = *operation.attributes});
    if (!fault_of(kernel, *operation.op, specs, outputs).empty()) return std::nullopt;
    if (kernel.forwards) return forward(inputs, outputs);
    if (kernel.run == nullptr) return std::nullopt;
    if (kernel.flops < 0 || kernel.flops > most_flops) return std::nullopt;
    return run(kernel, inputs, outputs);
  } catch (...) {
    return std::nullopt;
  }
}

}  // namespace deft
