#pragma once

#include <cstdint>

#include <deft/core/source_location.hpp>

#include "frame.hpp"
#include "plan/plan.hpp"
#include "session/variable_store.hpp"

namespace deft {

/// A run that the processes of a group do together. Each of them may report its progress when it
/// likes.
class GroupTurn {
 public:
  /// Compares what the processes are about to do, in up to `steps` steps. The frame has begun its
  /// run. Throws RunError.
  GroupTurn(const Plan& plan, const Frame& frame, VariableStore& variables, std::int64_t steps,
            SourceLocation where);
  ~GroupTurn();
  GroupTurn(const GroupTurn&) = delete;
  GroupTurn& operator=(const GroupTurn&) = delete;

  /// So many more steps were done on all of them.
  void complete(std::int64_t done);

  /// The run fails, so the group breaks.
  void fail() noexcept;

 private:
  StepGroup& group_;
  VariableStore& variables_;
};

}  // namespace deft
