#pragma once

#include <cstddef>
#include <fstream>
#include <string>

namespace deft {

/// Parts of this process's memory that may be executed and come from no file: generated code.
inline std::size_t executable_mappings() {
  std::ifstream maps("/proc/self/maps");
  std::size_t count = 0;
  for (std::string line; std::getline(maps, line);)
    if (line.find(" r-xp ") != std::string::npos && line.find('/') == std::string::npos) ++count;
  return count;
}

}  // namespace deft
