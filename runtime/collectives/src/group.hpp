#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <deft/collectives/communicator.hpp>

#include "algorithms/share.hpp"
#include "lane.hpp"
#include "rendezvous/meeting.hpp"

namespace deft {

/// What the copies of a Communicator share.
class Communicator::Impl {
 public:
  using Deadline = collectives::Deadline;
  using Transport = collectives::Transport;

  /// `meeting` is null for a group of one.
  Impl(GroupOptions options, std::unique_ptr<collectives::Meeting> meeting);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  const GroupOptions& options() const { return options_; }
  int generation() const { return generation_; }
  bool is_connected() const { return connected_; }

  void connect(SourceLocation where);
  void abort() noexcept;

  std::vector<std::vector<std::byte>> exchange(std::span<const std::byte> bytes,
                                               SourceLocation where);

  /// Does `work` on the lane, with the transport of the present generation, as `what`, the name of
  /// a collective. Whatever it throws breaks the group. Throws RunError for Broken.
  void run(const char* what, SourceLocation where, const std::function<void(Transport&)>& work);

  /// When a collective that begins now is to end.
  Deadline deadline() const;

 private:
  /// What lasts as long as nobody fails.
  struct Generation {
    explicit Generation(std::unique_ptr<Transport> made);

    std::unique_ptr<Transport> transport;
    std::vector<std::byte> notes;  // of all ranks, each as many bytes
    collectives::Share share_notes;
  };

  void check_process(const char* what, SourceLocation where) const;
  std::vector<std::vector<std::byte>> exchange(Generation& generation,
                                               std::span<const std::byte> bytes) const;
  [[noreturn]] void fail(const char* what, const collectives::Broken& broken,
                         SourceLocation where) const;

  const GroupOptions options_;
  const std::uint64_t made_in_;  // fork_generation
  std::unique_ptr<collectives::Meeting> meeting_;
  std::unique_ptr<collectives::Lane> lane_;
  std::atomic<int> generation_{0};
  std::atomic<bool> connected_{false};
  std::mutex mutex_;                     // guards the pointer that follows
  std::shared_ptr<Generation> present_;  // null: a group of one, or one that could not meet
};

}  // namespace deft
