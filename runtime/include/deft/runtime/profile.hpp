#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <deft/core/source_location.hpp>

namespace deft {

struct ProfileState;

/// Where the time of runs went, operation by operation: `Profile profile; session.run(train,
/// {.steps = 100, .profile = &profile});`. Collects over any number of runs, sessions and threads.
/// Copies share what is collected.
class Profile {
 public:
  Profile();

  /// What one operation took in all runs.
  struct Row {
    std::string op;
    std::string node;
    SourceLocation where;                 // the user's line
    std::int64_t count = 0;               // executions
    std::chrono::nanoseconds total{0};    // over all threads
    std::chrono::nanoseconds longest{0};  // without interruption on one thread
  };

  /// The operations that took longest first.
  std::vector<Row> rows() const;

  /// The rows as text: count, total, mean, longest, share of the whole, operation and line.
  std::string table() const;

  /// The trace in the JSON format of Chrome's about:tracing and Perfetto: one track a thread, an
  /// event per execution of an operation, and arrows from an operation to those that waited for it.
  std::string trace() const;

 private:
  friend struct ProfileState;
  std::shared_ptr<ProfileState> state_;
};

}  // namespace deft
