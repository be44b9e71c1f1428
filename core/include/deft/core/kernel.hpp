#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <deft/core/attributes.hpp>
#include <deft/core/shape.hpp>

namespace deft {

/// Asks the run that a kernel belongs to whether its result is still wanted.
struct Interrupt {
  bool (*due)(const Interrupt& self) = nullptr;
};

/// Where one execution of a kernel finds its operands. Every pointer is aligned to 64 bytes (for a
/// tensor of up to 8 bytes: to 8) and valid even for an empty tensor. Inputs and outputs never
/// overlap, but for what Kernel::in_place allows.
struct KernelArgs {
  const void* const* inputs = nullptr;
  void* const* outputs = nullptr;
  std::byte* scratch = nullptr;  // Kernel::scratch_bytes of it, uninitialised
  const Interrupt* interrupt = nullptr;
  int thread = 0;  // below KernelContext::threads; threads that execute blocks of a kernel at the
                   // same time have different numbers
  std::byte* thread_scratch = nullptr;  // Kernel::thread_scratch_bytes of it, uninitialised: this
                                        // thread's own until `run` or `finish` returns

  /// True if the run was stopped or is out of time. A kernel that takes more than some milliseconds
  /// per block asks from time to time, and returns early if so: its outputs are thrown away.
  bool interrupted() const { return interrupt != nullptr && interrupt->due(*interrupt); }

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
/// allocates nothing (but for oneDNN in f32 products, and Eigen in decompositions) and takes no
/// lock. An execution is `run` over the blocks [0, blocks), split in any way over threads, then
/// `finish`. How a result is cut into blocks depends on shapes alone, so that it is the same for
/// every number of threads.
struct Kernel {
  using Run = void (*)(const void* state, const KernelArgs& args, std::int64_t begin,
                       std::int64_t end);
  using Finish = void (*)(const void* state, const KernelArgs& args);

  /// What `run` leaves in scratch for `finish`: block b leaves `block_bytes`, from
  /// offset + b * block_bytes on; all blocks together leave `bytes`.
  struct Partials {
    std::size_t offset = 0;
    std::size_t block_bytes = 0;
    std::size_t bytes = 0;
  };

  Run run = nullptr;        // null: nothing to do
  Finish finish = nullptr;  // null: nothing to combine
  std::shared_ptr<const void> state;
  std::int64_t blocks = 1;
  std::size_t scratch_bytes = 0;
  double flops = unknown;  // arithmetic operations of one execution
  double bytes = unknown;  // that an execution reads and writes; unknown: all of its operands
  double nanoseconds = 0;  // that an execution takes at least, where flops and bytes promise less
  unsigned in_place = 0;   // bit i: any output of as many bytes may overwrite input i
  bool forwards = false;   // output i is input i, byte for byte, for all outputs: the plan aliases
                           // them and runs nothing
  int copies = -1;         // all that `run` does is to copy this input to the only output: the plan
                           // leaves the copy out where the input is made for the output alone
  std::int64_t rows_per_block = 0;  // if not 0, block b makes rows [b n, (b + 1) n) of the only
                                    // output and nothing else; a row has one first index
  int reads_rows_of = -1;           // with rows_per_block: of this input, block b reads the rows
                                    // [b n, (b + 1) n) alone; the others need not be in memory
  std::vector<Partials> partials;   // if there are any, `run` writes nothing else that lasts: so an
                                    // execution may take over what another one's blocks have left
  std::size_t thread_scratch_bytes = 0;  // that a thread needs in `run` and `finish`; all kernels
                                         // of a plan use the same memory one after the other
  std::size_t heap_bytes = 0;            // that an execution allocates, if it cannot do without

  /// What nobody stated. Of unknown flops the plan assumes that they are worth a thread.
  static constexpr double unknown = -1;

  /// A kernel for operations that only rename or reshape: output i is input i.
  static Kernel forward() {
    Kernel kernel;
    kernel.forwards = true;
    return kernel;
  }
};

/// Makes a kernel of a function object `void(const KernelArgs&)` that does everything as one block.
template <class Body>
Kernel make_kernel(Body body, double flops = Kernel::unknown) {
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
                           double flops = Kernel::unknown) {
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
  int threads = 1;  // that may execute blocks of the kernel at the same time
};

}  // namespace deft
