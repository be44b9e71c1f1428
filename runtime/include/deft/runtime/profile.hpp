#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <deft/core/source_location.hpp>

namespace deft {

struct ProfileState;

/// Where the time of runs went, operation by operation: `Profile profile; session.run(train,
/// {.steps = 100, .profile = &profile});`. Collects over any number of runs, sessions and threads;
/// its members may be called while runs go on, and show those that are over. Copies share what is
/// collected. Memory is bounded: times are summed up per plan, that is by fetches and shapes of
/// feeds, of the first `max_plans` plans, as far as the constants that these have computed take no
/// more than 64 MB; events for the trace are kept up to `max_events`. `table`
/// says what was dropped.
///
/// Only complete executions count. A check of RunOptions::check_numerics is part of the time of the
/// operation that is checked, a run that a kernel starts part of that kernel's.
class Profile {
 public:
  /// Events that the trace shows, the oldest ones.
  static constexpr std::size_t max_events = std::size_t{1} << 18;
  static constexpr std::size_t max_plans = 256;

  Profile();
  Profile(const Profile&) = default;  // and no move, which would leave a Profile of nothing
  Profile& operator=(const Profile&) = default;

  /// What one operation took in all runs.
  struct Row {
    std::string op;
    std::string node;
    SourceLocation where;                 // the user's line
    std::int64_t count = 0;               // executions: one a step, however many threads shared it
    std::chrono::nanoseconds total{0};    // over all threads
    std::chrono::nanoseconds longest{0};  // without interruption on one thread
  };

  /// The operations that took longest first.
  std::vector<Row> rows() const;

  /// The rows as text: count, total, mean (of an execution, over all threads, so it may exceed
  /// longest), longest, share of the whole, operation and line.
  std::string table() const;

  /// The trace in the JSON format of Chrome's about:tracing and Perfetto: one track a thread; an
  /// event per run, and per execution of an operation or part of it that a thread took; and arrows
  /// from an operation to those that waited for it. Times are microseconds since the first run.
  std::string trace() const;

 private:
  friend struct ProfileState;
  std::shared_ptr<ProfileState> state_;
};

}  // namespace deft
