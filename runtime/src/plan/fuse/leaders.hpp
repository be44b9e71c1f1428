#pragma once

#include <vector>

#include "fused_programs.hpp"
#include "levels.hpp"
#include "row_groups.hpp"

namespace deft {

class CodeGenerator;

/// The large products that groups follow, or feed, block by block.
struct Leaders {
  Leaders(Draft& draft, const Streams& streams, const Levels& levels, const RowGroups& groups);

  /// By group: the product whose result it takes row by row, if it waits for nothing else that the
  /// product does not wait for; else none. A product leads one group.
  std::vector<std::uint32_t> of;

  /// By group: the product whose first operand it makes row by row and for nobody else, if the
  /// product waits for nothing else that the group does not wait for; else none. Such a group
  /// follows no product.
  std::vector<std::uint32_t> fed;

  /// By value: how often it is read or leaves the run. Empty if there is no large product.
  std::vector<std::uint32_t> reads;
};

/// Makes the kernel of `group`, which has a leader; `generator` as in fused_kernel.
void lead(Draft& draft, const Streams& streams, const Leaders& leaders, FusedPrograms& programs,
          CodeGenerator* generator, FusedGroupDraft& group);

}  // namespace deft
