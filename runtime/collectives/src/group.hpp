#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <thread>
#include <vector>

#include <deft/collectives/communicator.hpp>
#include <deft/core/kernel.hpp>
#include <deft/core/step_group.hpp>

#include "algorithms/share.hpp"
#include "lane.hpp"
#include "rendezvous/meeting.hpp"

namespace deft {

/// What the copies of a Communicator share.
class Communicator::Impl final : public StepGroup {
 public:
  using Deadline = collectives::Deadline;
  using Transport = collectives::Transport;

  /// `meeting` is null for a group of one.
  Impl(GroupOptions options, std::unique_ptr<collectives::Meeting> meeting);
  ~Impl() override;

  /// The number by which operations of a graph name the group, in this process.
  std::int64_t id() const { return id_; }

  int rank() const override { return options_.rank; }
  int size() const override { return options_.size; }
  int generation() const { return generation_; }
  bool is_connected() const override { return connected_; }

  void reconnect(SourceLocation where) override;
  void abort() noexcept;

  std::vector<std::vector<std::byte>> exchange(std::span<const std::byte> bytes,
                                               SourceLocation where) override;
  void broadcast(std::span<std::byte> bytes, int from, SourceLocation where) override;

  bool asks_for_variables(std::uint64_t plan) const override;
  void begin_run(const RunFacts& facts, SourceLocation where) override;
  void vote(const KernelArgs& args) override;
  void abort_run() noexcept override;
  void end_run() noexcept override;

  /// Makes what lasts until the group meets again: an algorithm over memory that outlives it. On
  /// the lane.
  using Make = std::function<std::unique_ptr<collectives::Algorithm>(Transport& transport,
                                                                     std::uint32_t tag)>;

  /// A collective of a run, which is made anew whenever the group has met.
  struct Collective {
    Make make;
    int generation = 0;
    std::shared_ptr<Transport> transport;
    std::unique_ptr<collectives::Algorithm> algorithm;
    collectives::Lane::Job job;
  };

  /// Lets the lane do a collective, as part of a kernel.
  void begin_in_step(Collective& collective);

  /// Returns when it is done. Throws Refusal if the group breaks. Returns early if the run fails
  /// elsewhere, or is interrupted.
  void end_in_step(Collective& collective, const KernelArgs& args);

 private:
  /// As many bytes of each rank, which all of them get, again and again.
  struct Round {
    Round(Transport& transport, std::size_t of_rank, std::uint32_t tag);

    std::vector<std::byte> bytes;
    collectives::Share share;
  };

  /// What lasts as long as nobody fails.
  struct Generation {
    explicit Generation(std::unique_ptr<Transport> made);

    std::shared_ptr<Transport> transport;
    Round notes;
    Round votes;
    Round goodbyes;
    std::uint32_t next_tag;
    std::set<std::uint64_t> compared;  // hashes of plans before whose runs variables were compared
  };

  bool is_forked() const;
  void check_process(const char* what, SourceLocation where) const;
  Deadline deadline() const;

  /// Does `work` on the lane, as `what`, the name of a collective. Whatever it throws breaks the
  /// group. Throws RunError for Broken.
  void run(const char* what, SourceLocation where, const std::function<void()>& work);
  void meet(SourceLocation where);
  void take_leave() noexcept;
  std::vector<std::vector<std::byte>> exchange_on_lane(std::span<const std::byte> bytes);
  void compare(const RunFacts& facts, SourceLocation where);
  void run_on_lane(Collective& collective);
  void wait_in_step(collectives::Lane::Job& job, const KernelArgs& args);

  const GroupOptions options_;
  const std::int64_t id_;
  const std::uint64_t made_in_;  // fork_generation
  std::unique_ptr<collectives::Meeting> meeting_;
  std::unique_ptr<collectives::Lane> lane_;
  std::atomic<int> generation_{0};
  std::atomic<bool> connected_{false};
  mutable std::mutex mutex_;             // guards what follows; the lane alone writes `present_`
  std::shared_ptr<Generation> present_;  // null: a group of one, or one that could not meet
  std::condition_variable turn_changed_;
  bool in_run_ = false;
  std::thread::id runs_on_;
  std::atomic<bool> run_failed_{false};
  collectives::Lane::Job vote_;
};

}  // namespace deft
