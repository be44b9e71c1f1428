#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "profile_state.hpp"

namespace deft {

/// The runs as Profile::trace gives them. `dropped` is the number of events that are missing.
std::string trace_text(const std::vector<TracedRun>& runs, std::int64_t dropped);

}  // namespace deft
