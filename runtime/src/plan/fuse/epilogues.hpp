#pragma once

#include "leaders.hpp"
#include "levels.hpp"
#include "row_groups.hpp"

namespace deft {

/// Makes a draft of each of `groups` that has more than one operation, or one and a leader; of a
/// group that feeds a leader, together with the group behind that, if there is one. Small
/// elementwise groups which wait for the sums of one group, and for nothing else that comes as
/// late, become epilogues of it.
std::vector<FusedGroupDraft> attach_epilogues(const Draft& draft, const Streams& streams,
                                              const Levels& levels, const RowGroups& groups,
                                              const Leaders& leaders);

}  // namespace deft
