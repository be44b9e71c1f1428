#pragma once

#include <bitset>

#include <deft/core/shape.hpp>

namespace deft {

/// Some of the dimensions of a shape.
using AxisSet = std::bitset<Shape::max_rank>;

}  // namespace deft
