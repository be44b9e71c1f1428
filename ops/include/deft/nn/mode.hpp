#pragma once

#include <cstdint>

namespace deft {

/// What a build of a model is for. Both builds share the layers, and what is fetched decides which
/// of them is computed.
enum class Mode : std::uint8_t { train, evaluate };

}  // namespace deft
