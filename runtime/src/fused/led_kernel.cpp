#include "led_kernel.hpp"

#include <algorithm>
#include <utility>

#include "fused_kernel.hpp"
#include "fused_layout.hpp"
#include "kernels/blocks.hpp"

namespace deft {
namespace {

constexpr std::size_t most_alone = 1 << 16;  // bytes of a result that few threads may as well make
constexpr std::size_t cached_bytes = 1 << 21;  // of a block of it

/// Bytes of the rows that a block of the leader makes.
std::size_t block_bytes(const Leader& leader) {
  return leader.row_bytes *
         static_cast<std::size_t>(std::min(leader.kernel.rows_per_block, leader.rows));
}

class LedGroup {
 public:
  LedGroup(Leader leader, Kernel group, const FusedProgram& program, std::int64_t block_rows)
      : leader_(std::move(leader)),
        group_(std::move(group)),
        num_inputs_(program.inputs.size()),
        group_blocks_(program.leader_rows == 0 ? group_.blocks : program.leader_rows / block_rows),
        block_bytes_(block_bytes(leader_)) {}

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    std::byte* free = args.thread_scratch;
    const auto take = [&](std::size_t bytes) {
      return std::exchange(free, free + whole_lines(bytes));
    };
    const auto** const inputs = reinterpret_cast<const void**>(take(num_inputs_ * sizeof(void*)));
    const auto** const led_by =
        reinterpret_cast<const void**>(take(leader_.inputs.size() * sizeof(void*)));
    std::byte* const handed = take(handed_bytes());
    for (std::size_t i = 0; i < num_inputs_; ++i)
      if (i != leader_.handed) inputs[i] = args.inputs[i < leader_.handed ? i : i - 1];
    for (std::size_t i = 0; i < leader_.inputs.size(); ++i)
      led_by[i] = args.inputs[leader_.inputs[i]];
    KernelArgs of_group = args;
    of_group.inputs = inputs;
    of_group.thread_scratch = free;
    for (std::int64_t block = begin; block < end; ++block) {
      void* rows = leader_.output >= 0 ? args.outputs[leader_.output] : before(handed, block);
      KernelArgs of_leader = of_group;
      of_leader.inputs = led_by;
      of_leader.outputs = &rows;
      leader_.kernel.run(leader_.kernel.state.get(), of_leader, block, block + 1);
      if (args.interrupted()) return;
      inputs[leader_.handed] = rows;
      group_.run(group_.state.get(), of_group, block * group_blocks_,
                 std::min((block + 1) * group_blocks_, group_.blocks));
    }
  }

  std::size_t scratch_bytes() const {
    return whole_lines(num_inputs_ * sizeof(void*)) +
           whole_lines(leader_.inputs.size() * sizeof(void*)) + whole_lines(handed_bytes()) +
           std::max(leader_.kernel.thread_scratch_bytes, group_.thread_scratch_bytes);
  }

 private:
  std::size_t handed_bytes() const { return leader_.output >= 0 ? 0 : block_bytes_; }

  /// Where the first row of the leader's result would be, if those of block `block` are at `rows`.
  void* before(std::byte* rows, std::int64_t block) const {
    const auto address = reinterpret_cast<std::uintptr_t>(rows);
    return reinterpret_cast<void*>(address - static_cast<std::size_t>(block) * block_bytes_);
  }

  Leader leader_;
  Kernel group_;
  std::size_t num_inputs_;
  std::int64_t group_blocks_;  // of the group, for a block of the leader
  std::size_t block_bytes_;    // of the leader's rows
};

}  // namespace

bool can_lead(const Leader& leader, int threads) {
  const Kernel& kernel = leader.kernel;
  const bool shares_work = kernel.blocks >= threads ||
                           static_cast<std::size_t>(leader.rows) * leader.row_bytes <= most_alone;
  return kernel.rows_per_block != 0 && shares_work && block_bytes(leader) <= cached_bytes;
}

Kernel led_kernel(Leader leader, FusedProgram program, bool generate_code) {
  const std::int64_t blocks = leader.kernel.blocks;
  if (blocks > 1) program.leader_rows = leader.kernel.rows_per_block * (program.rows / leader.rows);
  const FusedLayout layout(program);
  Kernel group = fused_kernel(program, layout, generate_code);
  const double flops =
      leader.kernel.flops == Kernel::unknown ? Kernel::unknown : leader.kernel.flops + group.flops;
  const double nanoseconds = leader.kernel.nanoseconds + group.nanoseconds;
  const std::size_t heap_bytes = leader.kernel.heap_bytes;
  LedGroup led(std::move(leader), std::move(group), program, layout.block_rows());
  const std::size_t scratch_bytes = led.scratch_bytes();
  Kernel made = make_blocked_kernel(std::move(led), blocks, 0, flops);
  made.nanoseconds = nanoseconds;
  made.thread_scratch_bytes = scratch_bytes;
  made.heap_bytes = heap_bytes;
  return made;
}

}  // namespace deft
