#pragma once

#include <vector>

#include "fused_programs.hpp"
#include "levels.hpp"
#include "row_groups.hpp"

namespace deft {

class CodeGenerator;

/// True if the operation at `at` could be the leader of a group.
bool may_lead(const Draft& draft, std::size_t at);

/// What makes rows block by block, such as a large product or a convolution, and has a group that
/// follows it, or feeds it. Numbers that are soon there, such as the rate of a step, keep nobody
/// waiting: see Levels::is_soon_there.
struct Leaders {
  Leaders(Draft& draft, const Streams& streams, const Levels& levels, const RowGroups& groups);

  /// By group: the leader whose result it takes row by row, if it waits for nothing else that the
  /// leader does not wait for; else none. A leader leads one group.
  std::vector<std::uint32_t> of;

  /// By group: the leader whose first operand it makes row by row and for nobody else, if the
  /// leader waits for nothing else that the group does not wait for; else none. Such a group
  /// follows no leader.
  std::vector<std::uint32_t> fed;

  /// By value: how often it is read or leaves the run. Empty if nothing may lead.
  std::vector<std::uint32_t> reads;
};

/// Makes the kernel of `group`, which has a leader; `generator` as in fused_kernel.
void lead(Draft& draft, const Streams& streams, const Leaders& leaders, FusedPrograms& programs,
          CodeGenerator* generator, FusedGroupDraft& group);

}  // namespace deft
