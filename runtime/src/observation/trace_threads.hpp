#pragma once

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "profile_state.hpp"

namespace deft {

/// The threads of a trace: each has a number from 1 on, callers of runs first, and a name.
class TraceThreads {
 public:
  struct Thread {
    int number = 0;
    std::string name;
  };

  explicit TraceThreads(const std::vector<TracedRun>& runs);

  int number(std::thread::id thread) const { return threads_.at(thread).number; }
  const std::map<std::thread::id, Thread>& all() const { return threads_; }

 private:
  void add(std::thread::id thread, const std::string& name);

  std::map<std::thread::id, Thread> threads_;
  std::map<std::string, int> names_;  // how many threads have it
};

}  // namespace deft
