#pragma once

#include <span>
#include <vector>

#include "draft.hpp"

namespace deft {

/// Operations that go over the same rows together, in flat arrays: most graphs of many nodes have
/// many groups of one.
struct RowGroups {
  std::vector<std::uint32_t> of;  // by position; none: in no group
  std::vector<std::uint32_t> first = {0};
  std::vector<std::uint32_t> members;  // of group g: members[first[g] ... first[g + 1]], ascending

  std::size_t size() const { return first.size() - 1; }
  std::span<const std::uint32_t> operator[](std::size_t group) const {
    return {members.data() + first[group], first[group + 1] - first[group]};
  }
};

}  // namespace deft
