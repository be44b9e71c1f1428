#pragma once

#include <cstdint>
#include <functional>

#include <deft/core/log.hpp>
#include <deft/core/source_location.hpp>

namespace deft {

struct SessionOptions {
  int threads = 0;  // that may compute at once, the caller of a run included; 0: the CPUs that this
                    // process may use
  Logger log = {};
};

/// What RunOptions::on_progress learns.
struct Progress {
  std::int64_t step = 0;   // completed steps of this run
  std::int64_t steps = 0;  // in all
};

/// Optional arguments of a run.
struct RunOptions {
  std::int64_t steps = 1;  // how often to repeat, at least 1; feeds stay the same
  /// Called on the caller's thread after every `progress_every` steps and after the last, when the
  /// variables hold what that step left.
  std::function<void(const Progress&)> on_progress = {};
  std::int64_t progress_every = 1;
  SourceLocation where = SourceLocation::current();
};

}  // namespace deft
