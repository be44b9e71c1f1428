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

  void begin(const KernelArgs& args) const {
    parts.before(args, memory);
    group->begin_in_step(collective);
  }
  void end(const KernelArgs& args) const {
    group->end_in_step(collective, args);
    parts.after(args, memory);
  }
};

std::shared_ptr<const State> make_state(const KernelContext& context, CollectiveParts parts) {
  return std::make_shared<const State>(find_group(context.attributes), std::move(parts));
}

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
  const auto state = make_state(context, std::move(parts));
  const auto run = [state](const KernelArgs& args) {
    state->begin(args);
    state->end(args);
  };
  Kernel kernel = make_kernel(run, 0);
  kernel.nanoseconds =
      shortest_nanoseconds + static_cast<double>(state->memory.size()) / bytes_per_nanosecond;
  return kernel;
}

Kernel begin_kernel(const KernelContext& context, CollectiveParts parts) {
  const auto state = make_state(context, std::move(parts));
  const auto run = [state](const KernelArgs& args) {
    state->begin(args);
    *args.output<std::int64_t>() = reinterpret_cast<std::intptr_t>(state.get());
  };
  return make_kernel(run, 0);
}

Kernel end_kernel() {
  const auto run = [](const KernelArgs& args) {
    const auto token = static_cast<std::intptr_t>(*args.input<std::int64_t>(0));
    reinterpret_cast<const State*>(token)->end(args);
  };
  Kernel kernel = make_kernel(run, 0);
  kernel.nanoseconds = shortest_nanoseconds;
  kernel.in_place = ~1U;  // the lane has what the inputs were
  return kernel;
}

TensorSpec token_spec() { return {DType::i64, Shape{}}; }

}  // namespace deft::collectives
