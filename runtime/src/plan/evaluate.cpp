#include "evaluate.hpp"

#include <memory>
#include <new>
#include <vector>

#include "address_of.hpp"
#include "prepare.hpp"

namespace deft {
namespace {

constexpr double most_flops = 1e9;

struct Free {
  void operator()(std::byte* p) const { ::operator delete (p, std::align_val_t{64}); }
};
using Scratch = std::unique_ptr<std::byte, Free>;

Scratch scratch_of(std::size_t bytes) {
  return Scratch(static_cast<std::byte*>(::operator new (bytes + 64, std::align_val_t{64})));
}

/// Calls the kernel; if `interrupt` is not null, block by block until it is due.
std::optional<std::vector<Tensor>> run(const Kernel& kernel, std::span<const Tensor* const> inputs,
                                       std::span<const TensorSpec> outputs,
                                       const RunInterrupt* interrupt) {
  std::vector<const void*> from;
  for (const Tensor* input : inputs)
    from.push_back(input == nullptr ? nullptr : address_of(*input));
  std::vector<Tensor> made;
  std::vector<void*> to;
  for (const TensorSpec& output : outputs) {
    made.push_back(Tensor::uninitialized(output.dtype, output.shape));
    to.push_back(const_cast<void*>(address_of(made.back())));
  }
  const Scratch scratch = scratch_of(kernel.scratch_bytes);
  const Scratch own = scratch_of(kernel.thread_scratch_bytes);
  const KernelArgs args{.inputs = from.data(),
                        .outputs = to.data(),
                        .scratch = scratch.get(),
                        .interrupt = interrupt,
                        .thread_scratch = own.get()};
  const std::int64_t at_a_time = interrupt == nullptr ? kernel.blocks : 1;
  for (std::int64_t block = 0; block < kernel.blocks; block += at_a_time) {
    if (args.interrupted()) return std::nullopt;
    kernel.run(kernel.state.get(), args, block, block + at_a_time);
  }
  if (kernel.finish != nullptr) kernel.finish(kernel.state.get(), args);
  if (args.interrupted()) return std::nullopt;
  return made;
}

/// The inputs of a kernel that forwards, under the shapes of the outputs, if dtypes agree.
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
                                            std::span<const TensorSpec> outputs,
                                            const RunInterrupt* interrupt) {
  try {
    const Kernel kernel = operation.op->kernel(
        {.inputs = specs, .outputs = outputs, .attributes = *operation.attributes});
    if (!fault_of(kernel, *operation.op, specs, outputs).empty()) return std::nullopt;
    if (kernel.forwards) return forward(inputs, outputs);
    if (kernel.run == nullptr) return std::nullopt;
    if (kernel.flops < 0 || kernel.flops > most_flops) return std::nullopt;
    return run(kernel, inputs, outputs, interrupt);
  } catch (...) {
    return std::nullopt;
  }
}

}  // namespace deft
