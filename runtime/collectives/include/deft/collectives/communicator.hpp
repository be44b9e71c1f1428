#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <deft/core/source_location.hpp>

namespace deft {

class StepGroup;

/// How a process finds the other ranks of its group. What is left out, the launcher says: see
/// "Who is who" in runtime/collectives/README.md.
struct GroupOptions {
  int rank = -1;  // of this process, from 0 on
  int size = -1;  // how many ranks there are
  /// Where the ranks meet: a folder that all of them see and that nobody but this user may write
  /// to, made if need be; or "pmix:", which mpirun and `srun --mpi=pmix` offer. A group of one
  /// needs none.
  std::string store = {};
  /// The address, as a number, on which this rank listens. Default: 127.0.0.1 where all ranks are
  /// known to be on one machine or nothing says how many there are, else that of the host's name.
  std::string address = {};
  /// Groups of one program that meet in one store differ in their names: letters, digits, '-', '_'.
  std::string name = "group";
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(60);  // to meet
  std::chrono::milliseconds timeout = std::chrono::seconds(60);          // of one collective
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// A group of processes that compute together, as one of them sees it: this process is one rank of
/// `size`. Copies are the same group. A group is whole, or broken: as soon as a rank dies, leaves,
/// is silent for longer than GroupOptions::timeout, or calls `abort`, whatever any rank waits for
/// fails with a RunError, code unavailable, and so do all later calls, until all ranks `reconnect`.
///
/// Who uses it must keep a copy of it: graphs do not.
///
/// Nothing is encrypted: for trusted networks alone. Who can read the store can take the place of a
/// rank.
class Communicator {
 public:
  /// Meets the other ranks. Throws RunError: invalid_argument, if nothing says who is who;
  /// ranks_differ; unavailable, with the ranks that did not come within connect_timeout.
  static Communicator connect(const GroupOptions& options = {});

  /// A group whose ranks are threads of this process, one handle for each. Of the options, name,
  /// store and address mean nothing.
  static std::vector<Communicator> in_threads(int size, const GroupOptions& options = {});

  int rank() const;
  int size() const;

  /// How often the group has met: 1 after `connect` if nobody failed in it.
  int generation() const;

  /// Whether it can be used: false from the first failure on.
  bool is_connected() const;

  /// The bytes of every rank, in their order, which may differ in number. A collective: every rank
  /// calls it, in the same order as all other collectives.
  std::vector<std::vector<std::byte>> exchange(
      std::span<const std::byte> bytes, SourceLocation where = SourceLocation::current()) const;

  /// Lets one rank do something that is to be done once, such as to write a checkpoint, while the
  /// others wait, each step of it for no longer than GroupOptions::timeout. What it throws, all
  /// throw: that rank as it is, the others as a RunError, code kernel_failure, with its text. A
  /// collective.
  void once(const std::function<void()>& work, int on_rank = 0,
            SourceLocation where = SourceLocation::current()) const;

  /// Breaks the group, from any thread: what any rank waits for fails within milliseconds.
  void abort() const noexcept;

  /// Meets the other ranks again, among which may be processes that were started in the place of
  /// some that died. As `connect`.
  void reconnect(SourceLocation where = SourceLocation::current()) const;

  /// As what sessions and operations know the group.
  operator StepGroup&() const;
  std::int64_t id() const;

  class Impl;

 private:
  explicit Communicator(std::shared_ptr<Impl> impl);

  std::shared_ptr<Impl> impl_;
};

}  // namespace deft
