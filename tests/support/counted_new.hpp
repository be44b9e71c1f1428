#pragma once

// For programs that are linked with counted_new.cpp, which replaces operator new and delete.

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace deft {

extern std::atomic<std::int64_t> allocations;
extern std::atomic<std::size_t> allocated_bytes;
extern std::atomic<std::int64_t> living_allocations;

/// Where this is n > 0, the n-th allocation from now on is refused, and only that one.
extern std::atomic<std::int64_t> allocations_until_refusal;

}  // namespace deft
