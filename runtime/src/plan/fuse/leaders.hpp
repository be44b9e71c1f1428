#pragma once

#include <vector>

#include "levels.hpp"
#include "row_groups.hpp"

namespace deft {

/// The large products that groups follow block by block.
struct Leaders {
  Leaders(const Draft& draft, const Streams& streams, const Levels& levels,
          const RowGroups& groups);

  /// By group: the product whose result it takes row by row, if it waits for nothing else that the
  /// product does not wait for; else none. A product leads one group.
  std::vector<std::uint32_t> of;

  /// By value: how often it is read or leaves the run. Empty if no product leads.
  std::vector<std::uint32_t> reads;
};

/// Makes the kernel of `group` behind its leader, of the program that the group has without it.
/// False, with the group as it was, if the leader's kernel cannot lead: it is kept for later.
bool follow(Draft& draft, const Streams& streams, const Leaders& leaders,
            const FusedProgram& program, FusedGroupDraft& group);

}  // namespace deft
