#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <deft/core/kernel.hpp>
#include <deft/core/source_location.hpp>

namespace deft {

/// What all ranks of a group must have in common when a run begins that they do together.
struct RunFacts {
  std::uint64_t plan = 0;       // a hash of what a step computes
  std::uint64_t variables = 0;  // a hash of the variables that it reads
  std::int64_t steps = 0;       // that are to be done
  std::int64_t version = 0;     // steps that this rank has done with the group
};

/// Processes that take steps together: each of them on all, or on none. This process is one of its
/// ranks. What a session asks of a group; deft::Communicator is one.
class StepGroup {
 public:
  StepGroup() = default;
  virtual ~StepGroup() = default;
  StepGroup(const StepGroup&) = delete;
  StepGroup& operator=(const StepGroup&) = delete;

  virtual int rank() const = 0;
  virtual int size() const = 0;
  virtual bool is_connected() const = 0;

  /// Whether a run of this plan must state RunFacts::variables: the first one since the group met.
  virtual bool asks_for_variables(std::uint64_t plan) const = 0;

  /// Waits until no other run of this process uses the group, and compares the facts of all ranks.
  /// Throws RunError, code ranks_differ, on all of them; then, as after any error, no run has
  /// begun.
  virtual void begin_run(const RunFacts& facts, SourceLocation where) = 0;

  /// The last kernel of a step: returns when all ranks have come to the end of theirs. Throws
  /// Refusal otherwise.
  virtual void vote(const KernelArgs& args) = 0;

  /// Breaks the group, since a run has failed: operations of the run that wait for others return,
  /// with anything as their results. From any thread.
  virtual void abort_run() noexcept = 0;

  /// After `begin_run` has returned. Nothing that belongs to the run goes on afterwards.
  virtual void end_run() noexcept = 0;

  /// The bytes of every rank, in their order.
  virtual std::vector<std::vector<std::byte>> exchange(std::span<const std::byte> bytes,
                                                       SourceLocation where) = 0;

  /// Gives all ranks the bytes of one of them. All have as many.
  virtual void broadcast(std::span<std::byte> bytes, int from, SourceLocation where) = 0;

  /// Meets the other ranks again.
  virtual void reconnect(SourceLocation where) = 0;
};

}  // namespace deft
