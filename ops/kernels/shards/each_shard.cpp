#include "each_shard.hpp"

#include <cstring>
#include <utility>

#include "kernels/blocks.hpp"

namespace deft {
namespace {

/// An operand of which a shard takes a part. Kernels are promised that operands begin at a cache
/// line; parts that do not are copied.
struct Part {
  std::size_t bytes = 0;  // of a shard's part; 0: all shards take the same
  bool is_copied = false;
  std::size_t copy_offset = 0;  // in the scratch of a thread
};

struct EachShard {
  Kernel one;
  std::vector<Part> inputs = {};
  std::vector<Part> outputs = {};
  // In the scratch of a thread:
  std::size_t inputs_offset = 0;          // of KernelArgs::inputs
  std::size_t outputs_offset = 0;         // of KernelArgs::outputs
  std::size_t scratch_offset = 0;         // of Kernel::scratch_bytes
  std::size_t thread_scratch_offset = 0;  // of Kernel::thread_scratch_bytes

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    auto** const of_inputs = reinterpret_cast<const void**>(args.thread_scratch + inputs_offset);
    auto** const of_outputs = reinterpret_cast<void**>(args.thread_scratch + outputs_offset);
    KernelArgs own = args;
    own.inputs = of_inputs;
    own.outputs = of_outputs;
    own.scratch = args.thread_scratch + scratch_offset;
    own.thread_scratch = args.thread_scratch + thread_scratch_offset;
    for (std::int64_t shard = begin; shard < end && !args.interrupted(); ++shard) {
      const auto at = static_cast<std::size_t>(shard);
      for (std::size_t i = 0; i < inputs.size(); ++i) of_inputs[i] = input(args, i, at);
      for (std::size_t i = 0; i < outputs.size(); ++i)
        of_outputs[i] = outputs[i].is_copied ? args.thread_scratch + outputs[i].copy_offset
                                             : place(args, i, at);
      run(own);
      for (std::size_t i = 0; i < outputs.size(); ++i)
        if (outputs[i].is_copied) std::memcpy(place(args, i, at), of_outputs[i], outputs[i].bytes);
    }
  }

 private:
  const void* input(const KernelArgs& args, std::size_t i, std::size_t shard) const {
    const Part& part = inputs[i];
    const std::byte* const from = args.input<std::byte>(i) + shard * part.bytes;
    if (!part.is_copied) return from;
    return std::memcpy(args.thread_scratch + part.copy_offset, from, part.bytes);
  }

  std::byte* place(const KernelArgs& args, std::size_t i, std::size_t shard) const {
    return args.output<std::byte>(i) + shard * outputs[i].bytes;
  }

  void run(const KernelArgs& own) const {
    if (one.forwards) {
      for (std::size_t i = 0; i < outputs.size(); ++i)
        std::memcpy(own.outputs[i], own.inputs[i], outputs[i].bytes);
      return;
    }
    if (one.run != nullptr) one.run(one.state.get(), own, 0, one.blocks);
    if (one.finish != nullptr) one.finish(one.state.get(), own);
  }
};

/// A place in the scratch of a thread for `bytes`.
std::size_t reserve(std::size_t& end, std::size_t bytes) {
  return std::exchange(end, end + whole_lines(bytes));
}

Part part_of(const TensorSpec& spec, std::size_t& end) {
  Part part{.bytes = spec.shape.num_bytes(spec.dtype)};
  part.is_copied = part.bytes != whole_lines(part.bytes);
  if (part.is_copied) part.copy_offset = reserve(end, part.bytes);
  return part;
}

}  // namespace

Kernel each_shard_kernel(const Kernel& one, const KernelContext& context,
                         const std::vector<bool>& stacked, std::int64_t count) {
  EachShard body{.one = one};
  std::size_t end = 0;
  for (std::size_t i = 0; i < context.inputs.size(); ++i)
    body.inputs.push_back(stacked[i] ? part_of(context.inputs[i], end) : Part{});
  for (const TensorSpec& output : context.outputs) body.outputs.push_back(part_of(output, end));
  body.inputs_offset = reserve(end, body.inputs.size() * sizeof(void*));
  body.outputs_offset = reserve(end, body.outputs.size() * sizeof(void*));
  body.scratch_offset = reserve(end, one.scratch_bytes);
  body.thread_scratch_offset = reserve(end, one.thread_scratch_bytes);
  const auto times = [count](double of_one) {
    return of_one < 0 ? of_one : of_one * static_cast<double>(count);
  };
  Kernel kernel = make_blocked_kernel(std::move(body), count, 0, times(one.flops));
  kernel.bytes = times(one.bytes);
  kernel.nanoseconds = times(one.nanoseconds);
  kernel.thread_scratch_bytes = end;
  kernel.heap_bytes = one.heap_bytes;
  return kernel;
}

}  // namespace deft
