#pragma once

#include <cstdint>

#include <deft/core/source_location.hpp>
#include <deft/core/step_group.hpp>

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

  /// The same; the next one failed. If this process had voted for it, others may have committed it,
  /// so what it would have written is kept for Session::rejoin.
  void fail(std::int64_t done) noexcept;

 private:
  const Plan& plan_;
  const Frame& frame_;
  VariableStore& variables_;
};

}  // namespace deft
