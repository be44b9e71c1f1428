#pragma once

#include <filesystem>
#include <string>

namespace deft {

/// A path in tests/data.
inline std::string data_path(const std::string& name) {
  const auto tests = std::filesystem::path(__FILE__).parent_path().parent_path();
  return (tests / "data" / name).string();
}

}  // namespace deft
