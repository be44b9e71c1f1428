#pragma once

#include <cstddef>

namespace deft {

/// Asks the system to map memory that was just allocated in pages of 2 MB instead of 4 kB, as far
/// as whole ones fit into its `bytes`. The system may refuse: nothing changes but the time of the
/// first use of each page, and of finding pages again.
void prefer_large_pages(void* memory, std::size_t bytes) noexcept;

}  // namespace deft
