#pragma once

#include <atomic>

#include <deft/core/source_location.hpp>

namespace deft {

/// The mutex of a graph that is built by several threads.
class BuildMutex {
 private:
  friend class BuildLock;
  std::atomic<int> holder_{0};  // 0: none; else the number of its process, fork_generation() + 1
};

/// Holds a BuildMutex. In a forked child whose parent was building the graph in another thread at
/// that moment, that thread is gone with its work half done: there this throws GraphError, with the
/// user's line `where`, instead of waiting for ever.
class BuildLock {
 public:
  explicit BuildLock(BuildMutex& mutex, SourceLocation where = {});
  ~BuildLock();
  BuildLock(const BuildLock&) = delete;
  BuildLock& operator=(const BuildLock&) = delete;

 private:
  BuildMutex& mutex_;
};

}  // namespace deft
