#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <deft/core/tensor.hpp>

namespace deft {

/// What a function makes of the numbers of steps, made beforehand by a thread where steps are taken
/// in order. The thread blocks signals. A forked child lacks it, and may not even destroy this.
class Prefetcher {
 public:
  using Make = std::function<std::vector<Tensor>(std::int64_t step)>;

  /// Keeps `ahead` >= 1 steps ready. Throws std::system_error if the system refuses a thread.
  Prefetcher(Make make, std::int64_t ahead);

  /// Waits for a call of `make` that is under way.
  ~Prefetcher();

  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  /// make(step), or what it threw; the steps that follow are made next. Callers take turns.
  std::vector<Tensor> take(std::int64_t step);

 private:
  /// What was made of a step, or why it could not be.
  struct Made {
    std::vector<Tensor> tensors = {};
    std::exception_ptr error = nullptr;
  };

  /// A step and, once it is there, what was made of it.
  struct Slot {
    std::uint64_t step = 0;
    std::optional<Made> made = {};
  };

  bool is_wanted(std::uint64_t step) const;
  std::optional<std::uint64_t> next() const;
  Slot& slot_of(std::uint64_t step) { return slots_[step % slots_.size()]; }
  void want_from(std::uint64_t step);
  Made made(std::uint64_t step) const;
  void work();

  Make make_;
  std::mutex turn_;   // of a caller
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::optional<std::uint64_t> first_;  // of as many wanted steps as there are slots
  std::vector<Slot> slots_;             // of a step that is wanted: its remainder by their number
  bool stopping_ = false;
  std::thread thread_;  // last: it sees all else
};

}  // namespace deft
