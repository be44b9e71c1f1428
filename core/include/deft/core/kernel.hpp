#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include <deft/core/attributes.hpp>
#include <deft/core/shape.hpp>

namespace deft {

/// Where one execution of a kernel finds its operands. Every pointer is aligned to 64 bytes and
/// valid even for an empty tensor. Inputs and outputs never overlap.
struct KernelArgs {
  const void* const* inputs = nullptr;
  void* const* outputs = nullptr;
  std::byte* scratch = nullptr;  // Kernel::scratch_bytes of it, uninitialised

  template <class T>
  const T* input(std::size_t i) const {
    return static_cast<const T*>(inputs[i]);
  }
  template <class T>
  T* output(std::size_t i = 0) const {
    return static_cast<T*>(outputs[i]);
  }
};

/// An operation made ready for concrete shapes and dtypes. It is prepared once per plan and
/// executed many times, possibly on several threads at once with different KernelArgs; an execution
/// allocates nothing and takes no lock. An execution is `run` over the blocks [0, blocks), split in
/// any way over threads, then `finish`. How a result is cut into blocks depends on shapes alone, so
/// that it is the same for every number of threads.
struct Kernel {
  using Run = void (*)(const void* state, const KernelArgs& args, std::int64_t begin,
                       std::int64_t end);
  using Finish = void (*)(const void* state, const KernelArgs& args);

  Run run = nullptr;        // null: nothing to do
  Finish finish = nullptr;  // null: nothing to combine
  std::shared_ptr<const void> state;
  std::int64_t blocks = 1;
  std::size_t scratch_bytes = 0;
  double flops = 0;       // arithmetic operations of one execution
  bool forwards = false;  // output 0 is input 0, byte for byte: the plan aliases them and runs
                          // nothing

  /// A kernel for operations that only rename or reshape their first input.
  static Kernel forward() {
    Kernel kernel;
    kernel.forwards = true;
    return kernel;
  }
};

/// Makes a kernel of a function object `void(const KernelArgs&)` that does everything as one block.
template <class Body>
Kernel make_kernel(Body body, double flops = 0) {
  Kernel kernel;
  kernel.state = std::make_shared<const Body>(std::move(body));
  kernel.run = [](const void* state, const KernelArgs& args, std::int64_t, std::int64_t) {
    (*static_cast<const Body*>(state))(args);
  };
  kernel.flops = flops;
  return kernel;
}

/// Makes a kernel of a function object `void(const KernelArgs&, int64 begin, int64 end)` over
/// blocks. If the body has a member `finish(const KernelArgs&) const`, that combines the blocks
/// afterwards.
template <class Body>
Kernel make_blocked_kernel(Body body, std::int64_t blocks, std::size_t scratch_bytes = 0,
                           double flops = 0) {
  Kernel kernel;
  kernel.state = std::make_shared<const Body>(std::move(body));
  kernel.run = [](const void* state, const KernelArgs& args, std::int64_t begin, std::int64_t end) {
    (*static_cast<const Body*>(state))(args, begin, end);
  };
  if constexpr (requires(const Body& b, const KernelArgs& a) { b.finish(a); }) {
    kernel.finish = [](const void* state, const KernelArgs& args) {
      static_cast<const Body*>(state)->finish(args);
    };
  }
  kernel.blocks = blocks;
  kernel.scratch_bytes = scratch_bytes;
  kernel.flops = flops;
  return kernel;
}

/// What a kernel is prepared for: all dimensions are known.
struct KernelContext {
  std::span<const TensorSpec> inputs;
  std::span<const TensorSpec> outputs;
  const Attributes& attributes;
};

}  // namespace deft
