#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <deft/collectives/communicator.hpp>

#include "rendezvous/store.hpp"
#include "transport/thread_transport.hpp"
#include "transport/transport.hpp"

namespace gloo::transport {
class Device;
}

namespace deft::collectives {

/// How the ranks of a group meet, at first and after it broke.
class Meeting {
 public:
  struct Met {
    int generation = 0;
    std::unique_ptr<Transport> transport;
  };

  Meeting() = default;
  virtual ~Meeting() = default;
  Meeting(const Meeting&) = delete;
  Meeting& operator=(const Meeting&) = delete;

  /// Meets the others in a generation after `after`. Throws RunError.
  virtual Met meet(int after, Deadline deadline, SourceLocation where) = 0;
};

/// Throws RunError, code unavailable: these ranks did not come.
[[noreturn]] void refuse_absent(const std::vector<int>& ranks, const GroupOptions& options,
                                const std::string& store, SourceLocation where);

/// Ranks that are threads of one process.
class ThreadMeeting final : public Meeting {
 public:
  /// What they share.
  struct Hub {
    std::mutex mutex;
    std::condition_variable changed;
    int generation = 0;
    std::vector<bool> present;           // in the next generation
    std::shared_ptr<Exchange> exchange;  // of the present one
  };

  ThreadMeeting(std::shared_ptr<Hub> hub, GroupOptions options)
      : hub_(std::move(hub)), options_(std::move(options)) {}
  Met meet(int after, Deadline deadline, SourceLocation where) override;

 private:
  std::shared_ptr<Hub> hub_;
  GroupOptions options_;
};

/// Ranks that are processes. Each leaves in a store where it waits for the others, and connects
/// when all have done so; from then on it listens no more. If that fails, because a note was left
/// by a process that is no more, they try the next generation. Who finds a newer generation than
/// its own goes there.
class ProcessMeeting final : public Meeting {
 public:
  explicit ProcessMeeting(GroupOptions options);
  ~ProcessMeeting() override;
  Met meet(int after, Deadline deadline, SourceLocation where) override;

 private:
  /// The notes of all ranks in a generation; none if a newer one has begun.
  struct Notes {
    std::vector<std::string> of_ranks;
    std::vector<int> absent = {};
    bool outdated = false;
  };

  Notes wait_for_notes(int generation, Deadline deadline);
  std::vector<std::string> cards_of(const Notes& notes, SourceLocation where) const;

  const GroupOptions options_;
  const std::string address_;  // where it listens
  std::unique_ptr<Store> store_;
  std::shared_ptr<gloo::transport::Device> device_;
  int left_note_in_ = 0;  // this generation
};

}  // namespace deft::collectives
