#pragma once

#include <vector>

#include "lists.hpp"
#include "plan/draft.hpp"

namespace deft {

/// Operations that go over the same rows together. In flat arrays: graphs of many nodes have many
/// groups of one.
struct RowGroups {
  std::vector<std::uint32_t> of;  // by position; none: in no group
  Lists members;                  // by group: positions, ascending
};

}  // namespace deft
