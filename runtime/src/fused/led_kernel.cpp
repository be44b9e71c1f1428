#include "led_kernel.hpp"

#include <algorithm>
#include <utility>

#include "fused_kernel.hpp"
#include "kernels/blocks.hpp"

namespace deft {
namespace {

constexpr std::size_t most_alone = 1 << 16;  // bytes of a result that few threads may as well make
constexpr std::size_t cached_bytes = 1 << 21;  // of a block of rows

/// Bytes of the rows that belong to a block of the kernel.
std::size_t block_bytes(const Kernel& kernel, std::int64_t rows, std::size_t row_bytes) {
  return row_bytes * static_cast<std::size_t>(std::min(kernel.rows_per_block, rows));
}

/// Where the first of all rows would be, if those of block `block` are at `rows`.
void* first_row(std::byte* rows, std::int64_t block, std::size_t bytes_of_block) {
  const auto address = reinterpret_cast<std::uintptr_t>(rows);
  return reinterpret_cast<void*>(address - static_cast<std::size_t>(block) * bytes_of_block);
}

/// One of the kernels that go over a block of the leader's rows, one after the other.
class Part {
 public:
  /// `blocks`: its own, for a block of the leader.
  Part(Kernel kernel, std::vector<std::uint32_t> inputs, std::int64_t blocks)
      : kernel_(std::move(kernel)),
        inputs_(std::move(inputs)),
        handed_(static_cast<std::size_t>(std::ranges::find(inputs_, LedGroup::handed) -
                                         inputs_.begin())),
        blocks_(blocks) {}

  const Kernel& kernel() const { return kernel_; }
  std::size_t pointer_bytes() const { return whole_lines(inputs_.size() * sizeof(void*)); }

  /// Writes the pointers to the inputs, but for those that are handed on.
  const void** write_pointers(const KernelArgs& args, std::byte* to) const {
    const auto** const pointers = reinterpret_cast<const void**>(to);
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      if (i != handed_) pointers[i] = args.inputs[inputs_[i]];
    return pointers;
  }

  /// Does its work for block `block` of the leader.
  void run(KernelArgs args, const void** inputs, const void* handed, void* const* outputs,
           std::int64_t block) const {
    if (handed_ < inputs_.size()) inputs[handed_] = handed;
    args.inputs = inputs;
    args.outputs = outputs;
    kernel_.run(kernel_.state.get(), args, block * blocks_,
                std::min((block + 1) * blocks_, kernel_.blocks));
  }

 private:
  Kernel kernel_;
  std::vector<std::uint32_t> inputs_;
  std::size_t handed_;  // its number among the inputs; as many as there are: none
  std::int64_t blocks_;
};

/// Bytes of what a group makes for each row of the leader.
std::size_t row_bytes(const std::optional<LedGroup>& group, const Leader& leader) {
  if (!group) return 0;
  const auto& steps = group->program.steps;
  const auto made = std::ranges::find(steps, 0, &FusedProgram::Step::output);
  return made->spec.shape.num_bytes(made->spec.dtype) / static_cast<std::size_t>(leader.rows);
}

std::optional<Part> group_part(std::optional<LedGroup> group, const Leader& leader,
                               CodeGenerator* generator) {
  if (!group) return std::nullopt;
  FusedProgram& program = group->program;
  const bool is_cut = leader.kernel.blocks > 1;
  if (is_cut) program.leader_rows = leader.kernel.rows_per_block * (program.rows / leader.rows);
  Kernel kernel = fused_kernel(program, generator);
  const std::int64_t blocks = is_cut ? 1 : kernel.blocks;
  return Part(std::move(kernel), std::move(group->inputs), blocks);
}

class LedKernel {
 public:
  LedKernel(Leader leader, std::optional<LedGroup> before, std::optional<LedGroup> behind,
            CodeGenerator* generator)
      : fed_bytes_(block_bytes(leader.kernel, leader.rows, row_bytes(before, leader))),
        before_(group_part(std::move(before), leader, generator)),
        behind_(group_part(std::move(behind), leader, generator)),
        made_bytes_(block_bytes(leader.kernel, leader.rows, leader.row_bytes)),
        output_(leader.output),
        leader_(std::move(leader.kernel), std::move(leader.inputs), 1) {}

  void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
    std::byte* free = args.thread_scratch;
    const auto take = [&](std::size_t bytes) {
      return std::exchange(free, free + whole_lines(bytes));
    };
    const auto pointers = [&](const Part& part) {
      return part.write_pointers(args, take(part.pointer_bytes()));
    };
    const void** const of_before = before_ ? pointers(*before_) : nullptr;
    const void** const of_leader = pointers(leader_);
    const void** const of_behind = behind_ ? pointers(*behind_) : nullptr;
    std::byte* const fed = take(fed_bytes_);
    std::byte* const made = take(output_ >= 0 ? 0 : made_bytes_);
    KernelArgs own = args;
    own.thread_scratch = free;
    for (std::int64_t block = begin; block < end; ++block) {
      void* operand = first_row(fed, block, fed_bytes_);
      void* rows = output_ >= 0 ? args.outputs[output_] : first_row(made, block, made_bytes_);
      if (before_) before_->run(own, of_before, nullptr, &operand, block);
      if (args.interrupted()) return;
      leader_.run(own, of_leader, operand, &rows, block);
      if (args.interrupted()) return;
      if (behind_) behind_->run(own, of_behind, rows, args.outputs, block);
    }
  }

  /// Sums need no inputs any more.
  void finish(const KernelArgs& args) const {
    const Kernel& kernel = behind_->kernel();
    kernel.finish(kernel.state.get(), args);
  }

  Kernel kernel() && {
    double flops = leader_.kernel().flops;
    double nanoseconds = leader_.kernel().nanoseconds;
    std::size_t own_bytes = leader_.kernel().thread_scratch_bytes;
    std::size_t bytes = leader_.pointer_bytes() + whole_lines(fed_bytes_) +
                        whole_lines(output_ >= 0 ? 0 : made_bytes_);
    for (const std::optional<Part>* group : {&before_, &behind_}) {
      if (!*group) continue;
      const Kernel& kernel = (*group)->kernel();
      if (flops != Kernel::unknown) flops += kernel.flops;
      nanoseconds += kernel.nanoseconds;
      own_bytes = std::max(own_bytes, kernel.thread_scratch_bytes);
      bytes += (*group)->pointer_bytes();
    }
    const std::int64_t blocks = leader_.kernel().blocks;
    const std::size_t heap_bytes = leader_.kernel().heap_bytes;
    const bool has_sums = behind_ && behind_->kernel().finish != nullptr;
    const std::size_t shared_bytes = has_sums ? behind_->kernel().scratch_bytes : 0;
    Kernel made = make_blocked_kernel(std::move(*this), blocks, shared_bytes, flops);
    if (!has_sums) made.finish = nullptr;
    made.nanoseconds = nanoseconds;
    made.thread_scratch_bytes = bytes + own_bytes;
    made.heap_bytes = heap_bytes;
    return made;
  }

 private:
  std::size_t fed_bytes_;  // of the rows before the leader, for a block; 0: there is no group
  std::optional<Part> before_;
  std::optional<Part> behind_;
  std::size_t made_bytes_;  // of the leader's rows of a block
  std::int64_t output_;
  Part leader_;
};

}  // namespace

bool can_lead(const Kernel& kernel, std::int64_t rows, std::size_t row_bytes, int threads) {
  const bool shares_work =
      kernel.blocks >= threads || static_cast<std::size_t>(rows) * row_bytes <= most_alone;
  return kernel.rows_per_block != 0 && shares_work &&
         block_bytes(kernel, rows, row_bytes) <= cached_bytes;
}

bool can_be_fed(const Kernel& kernel, std::size_t widest, int threads) {
  const bool shares_work = kernel.blocks >= threads || widest <= most_alone;
  return kernel.reads_rows_of == 0 && shares_work &&
         widest / static_cast<std::size_t>(kernel.blocks) <= cached_bytes;
}

Kernel led_kernel(Leader leader, std::optional<LedGroup> before, std::optional<LedGroup> behind,
                  CodeGenerator* generator) {
  return LedKernel(std::move(leader), std::move(before), std::move(behind), generator).kernel();
}

}  // namespace deft
