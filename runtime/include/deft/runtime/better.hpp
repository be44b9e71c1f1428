#pragma once

#include <cstdint>

namespace deft {

/// Which of two metrics is the better one: the lower of losses and errors, the higher of
/// accuracies.
enum class Better : std::uint8_t { lower, higher };

}  // namespace deft
