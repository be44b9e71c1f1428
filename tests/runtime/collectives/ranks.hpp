#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include <deft/collectives/communicator.hpp>

#include "transport/transport.hpp"

namespace deft {

/// Runs `body` on a thread for each rank. The first exception of any leaves the call.
void in_threads(int size, const std::function<void(const Communicator&)>& body,
                const GroupOptions& options = {});

/// The same below groups, with transports alone.
void over_threads(int size, const std::function<void(collectives::Transport&)>& body);

/// Processes that are the ranks of a group, in a store of their own.
class Processes {
 public:
  /// Options with a new store, for ranks of this machine.
  explicit Processes(int size);
  ~Processes();
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;

  GroupOptions options(int rank) const;

  /// Starts a rank, which ends with what `body` returns, or 99 if it throws.
  void start(int rank, const std::function<int(const GroupOptions&)>& body);

  /// Starts all ranks.
  void start_all(const std::function<int(const GroupOptions&)>& body);

  pid_t pid(int rank) const { return pids_[static_cast<std::size_t>(rank)]; }

  /// How a rank ended, within a minute: its exit status, or -signal. -1000 if it had to be killed.
  int result(int rank);
  std::vector<int> results();

  const std::string& store() const { return store_; }

 private:
  std::string store_;
  std::vector<pid_t> pids_;
};

/// How all ranks ended, in words: "0 -9".
std::string ends(Processes& ranks);

}  // namespace deft
