#include <deft/core/large_pages.hpp>

#include <sys/mman.h>

#include <cstddef>
#include <fstream>
#include <memory>
#include <string>

#include <doctest/doctest.h>

namespace deft {
namespace {

constexpr std::size_t megabyte = std::size_t{1} << 20U;

/// The number of bytes of this process's memory for which large pages were asked, by the flag "hg"
/// of the mappings.
std::size_t bytes_of_large_pages() {
  std::ifstream maps("/proc/self/smaps");
  std::size_t found = 0;
  std::size_t size = 0;
  for (std::string line; std::getline(maps, line);) {
    if (line.starts_with("Size:")) size = std::stoul(line.substr(5)) * 1024;
    if (line.starts_with("VmFlags:") && line.find(" hg") != std::string::npos) found += size;
  }
  return found;
}

struct Unmap {
  std::size_t bytes;
  void operator()(void* memory) const { ::munmap(memory, bytes); }
};

}  // namespace

TEST_CASE("large pages are asked for where whole ones fit") {
  const std::size_t bytes = 16 * megabyte;
  void* const mapped =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(mapped != MAP_FAILED);
  const std::unique_ptr<void, Unmap> memory(mapped, Unmap{bytes});
  auto* const begin = static_cast<std::byte*>(mapped);

  const std::size_t before = bytes_of_large_pages();
  prefer_large_pages(begin, 0);
  prefer_large_pages(begin + 64, 2 * megabyte - 128);  // no whole one can be in there
  CHECK(bytes_of_large_pages() == before);

  prefer_large_pages(begin + 64, bytes - 128);
  const std::size_t asked = bytes_of_large_pages() - before;
  if (asked == 0) {
    MESSAGE("skipped: this system has no large pages");
    return;
  }
  CHECK(asked % (2 * megabyte) == 0);
  CHECK(asked >= bytes - 4 * megabyte);
  CHECK(asked < bytes);
  begin[0] = begin[bytes - 1] = std::byte{1};
}

}  // namespace deft
