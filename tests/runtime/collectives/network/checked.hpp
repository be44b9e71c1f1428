#pragma once

#include <cerrno>
#include <string>
#include <system_error>

namespace deft {

/// What a call of the system returned. Throws, with what it was to do, if that was -1.
inline int checked(int result, const std::string& action) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), action);
  return result;
}

}  // namespace deft
