#include <deft/core/large_pages.hpp>

#include <sys/mman.h>

#include <cstdint>

namespace deft {

void prefer_large_pages(void* memory, std::size_t bytes) noexcept {
  constexpr std::uintptr_t page = 2U << 20U;
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  const std::uintptr_t begin = (address + page - 1) / page * page;
  const std::uintptr_t end = (address + bytes) / page * page;
  if (begin < end)
    ::madvise(static_cast<std::byte*>(memory) + (begin - address), end - begin, MADV_HUGEPAGE);
}

}  // namespace deft
