#pragma once

#include "streams.hpp"

namespace deft {

/// Fills the programs of the draft's groups, and their inputs and outputs.
void write_programs(Draft& draft, const Streams& streams);

}  // namespace deft
