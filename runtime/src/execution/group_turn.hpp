#pragma once

#include <cstdint>

#include <deft/core/source_location.hpp>

#include "frame.hpp"
#include "plan/plan.hpp"
#include "session/variable_store.hpp"

namespace deft {

/// The steps of a run, between two moments at which others may see the variables, that the
/// processes of a group take together.
class GroupTurn {
 public:
  /// Compares what the processes are about to do, in up to `steps` steps. The frame has begun its
  /// run. Throws RunError.
  GroupTurn(const Plan& plan, const Frame& frame, VariableStore& variables, std::int64_t steps,
            SourceLocation where);
  ~GroupTurn();
  GroupTurn(const GroupTurn&) = delete;
  GroupTurn& operator=(const GroupTurn&) = delete;

  /// So many steps were done on all of them.
  void complete(std::int64_t done);

  /// The same; the next one failed, so the group breaks.
  void fail(std::int64_t done) noexcept;

 private:
  StepGroup& group_;
  VariableStore& variables_;
};

}  // namespace deft
