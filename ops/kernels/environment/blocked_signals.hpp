#pragma once

#include <csignal>

namespace deft {

/// While it lives, no signal handler runs on this thread, but for signals that the thread's own
/// instructions raise (a segmentation fault, say), which cannot wait.
class BlockedSignals {
 public:
  enum class Extent {
    ordinary,  // what programs send
    all,       // also the two that the C library keeps for itself: other threads wait in setuid()
               // and the like while they are blocked, so for some milliseconds at most
  };

  explicit BlockedSignals(Extent extent);
  ~BlockedSignals();
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t outer_;
};

}  // namespace deft
