#pragma once

#include <string>

#include <deft/core/source_location.hpp>

namespace deft {

/// "model.cpp:12"
inline std::string line_text(SourceLocation where) {
  if (where.line == 0) return "line not known";
  return std::string(where.file) + ":" + std::to_string(where.line);
}

}  // namespace deft
