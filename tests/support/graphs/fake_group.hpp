#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include <deft/core/step_group.hpp>
#include <deft/deft.hpp>

namespace deft {

/// A group of which the only rank is this process: it agrees with itself, and counts.
class FakeGroup final : public StepGroup {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  bool is_connected() const override { return connected; }
  bool asks_for_variables(std::uint64_t) const override { return true; }
  void begin_run(const RunFacts& of_run, SourceLocation) override {
    facts = of_run;
    votes = 0;
    ++begun;
  }
  void vote(const KernelArgs&) override {
    ++votes;
    if (votes == fails_at_vote) throw Refusal{ErrorCode::unavailable, "the vote failed", ""};
  }
  void abort_run() noexcept override { connected = false; }
  void end_run() noexcept override { ++ended; }
  std::vector<std::vector<std::byte>> exchange(std::span<const std::byte> bytes,
                                               SourceLocation) override {
    std::vector<std::vector<std::byte>> all{{bytes.begin(), bytes.end()}};
    if (!others_say.empty()) all.push_back(others_say);
    if (says_more_steps > 0) {  // the first number of what Session::rejoin says
      all.push_back(all.front());
      std::memcpy(all.back().data(), &says_more_steps, sizeof says_more_steps);
    }
    return all;
  }
  void broadcast(std::span<std::byte> bytes, int from, SourceLocation) override {
    if (from != 0) std::fill(bytes.begin(), bytes.end(), sent);
  }
  void reconnect(SourceLocation) override { connected = true; }

  bool connected = true;
  RunFacts facts;
  int begun = 0;
  int ended = 0;
  std::int64_t votes = 0;  // of the present run
  std::int64_t fails_at_vote = -1;
  std::vector<std::byte> others_say;
  std::int64_t says_more_steps = 0;  // of a second rank, which says the same otherwise
  std::byte sent{1};                 // by the second rank
};

/// The group of all operations of `together`, one for each of two numbers.
inline const std::shared_ptr<FakeGroup>& fake_group(std::int64_t number = 0) {
  static const std::shared_ptr<FakeGroup> groups[] = {std::make_shared<FakeGroup>(),
                                                      std::make_shared<FakeGroup>()};
  return groups[number];
}

/// x [s] -> [s], f32: the identity, done by a fake group.
inline constexpr OpDef together_op{
    .name = "together",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = [](const InferContext& context) -> std::vector<TensorSpec> {
      return {context.inputs[0]};
    },
    .kernel =
        [](const KernelContext& context) {
          const auto count = context.outputs[0].shape.num_elements();
          return make_kernel([count](const KernelArgs& args) {
            std::copy_n(args.input<float>(0), count, args.output<float>());
          });
        },
    .group = [](const Attributes& attributes) -> std::shared_ptr<StepGroup> {
      return fake_group(attributes.get<std::int64_t>("group"));
    },
};

inline Output together(const Output& x, std::int64_t group = 0, const NodeOptions& options = {}) {
  return add_node(together_op, {x}, {{"group", group}}, options);
}

}  // namespace deft
