#pragma once

#include "levels.hpp"

namespace deft {

/// Makes a group of each of `groups`, but that small elementwise ones which wait for the sums of
/// one group, and for nothing else that comes as late, become epilogues of it.
std::vector<FusedGroupDraft> attach_epilogues(const Draft& draft, const Streams& streams,
                                              const Levels& levels, std::vector<Members> groups);

}  // namespace deft
