#pragma once

#include <cstdint>

namespace deft {

/// How often the process was forked since the first call, seen from the child: what is larger than
/// a number from before belongs to a process whose threads are gone.
std::uint64_t fork_generation();

}  // namespace deft
