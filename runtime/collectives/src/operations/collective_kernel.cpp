#include "operations/collective_kernel.hpp"

#include <cstring>
#include <utility>
#include <vector>

#include "group.hpp"
#include "known_groups.hpp"

namespace deft::collectives {
namespace {

using Impl = Communicator::Impl;

/// Two processes of one machine need that long to hear from each other, with short messages.
constexpr double shortest_nanoseconds = 100e3;

/// Bytes that pass between two processes of one machine in a nanosecond.
constexpr double bytes_per_nanosecond = 2;

std::shared_ptr<Impl> find_group(const Attributes& attributes) {
  std::shared_ptr<Impl> group = known_group(attributes.get<std::int64_t>("group"));
  if (!group)
    throw Refusal{ErrorCode::unavailable, "nobody has its group any more",
                  "keep a copy of the Communicator for as long as the graph runs"};
  return group;
}

/// What executions of a kernel share, which take turns: a group has one run at a time.
struct State {
  std::shared_ptr<Impl> group;
  CollectiveParts parts;
  mutable std::vector<std::byte> memory;
  mutable Impl::Collective collective;

  State(std::shared_ptr<Impl> of_group, CollectiveParts of_parts)
      : group(std::move(of_group)), parts(std::move(of_parts)), memory(parts.bytes) {
    collective.make = [this](Transport& transport, std::uint32_t tag) {
      return parts.make(transport, memory, tag);
    };
  }

  void run(const KernelArgs& args) const {
    parts.before(args, memory);
    group->run_in_step(collective, args);
    parts.after(args, memory);
  }
};

}  // namespace

std::shared_ptr<StepGroup> group_of(const Attributes& attributes) { return find_group(attributes); }

Reduce reduce_of(const Attributes& attributes) {
  return static_cast<Reduce>(attributes.get<std::int64_t>("reduce"));
}

void copy_in(const KernelArgs& args, std::span<std::byte> memory) {
  if (!memory.empty()) std::memcpy(memory.data(), args.inputs[0], memory.size());
}

void copy_out(const KernelArgs& args, std::span<const std::byte> memory) {
  if (!memory.empty()) std::memcpy(args.outputs[0], memory.data(), memory.size());
}

Kernel collective_kernel(const KernelContext& context, CollectiveParts parts) {
  const std::size_t bytes = parts.bytes;
  const auto state =
      std::make_shared<const State>(find_group(context.attributes), std::move(parts));
  Kernel kernel = make_kernel([state](const KernelArgs& args) { state->run(args); }, 0);
  kernel.nanoseconds = shortest_nanoseconds + static_cast<double>(bytes) / bytes_per_nanosecond;
  return kernel;
}

}  // namespace deft::collectives
