#pragma once

#include <cstdint>

namespace deft {

/// How the values of all ranks become one.
enum class Reduce : std::uint8_t {
  sum,
  mean,  // sum / size, of floating values
  max,   // NaN if one of them is, as with min
  min,
};

}  // namespace deft
