#include "build_mutex.hpp"

#include <deft/core/error.hpp>
#include <deft/core/fork.hpp>

namespace deft {

BuildLock::BuildLock(BuildMutex& mutex, SourceLocation where) : mutex_(mutex) {
  const int own = static_cast<int>(fork_generation()) + 1;
  int holder = 0;
  while (!mutex.holder_.compare_exchange_weak(holder, own, std::memory_order_acquire,
                                              std::memory_order_relaxed)) {
    if (holder == own) mutex.holder_.wait(own, std::memory_order_relaxed);
    if (holder != own && holder != 0)
      throw GraphError({.code = ErrorCode::forked,
                        .message = "the process was forked while another thread was building this "
                                   "graph, which is half done in the child",
                        .cure = "build the graph before the fork, or anew in the child process",
                        .where = where});
    holder = 0;
  }
}

BuildLock::~BuildLock() {
  mutex_.holder_.store(0, std::memory_order_release);
  mutex_.holder_.notify_one();
}

}  // namespace deft
