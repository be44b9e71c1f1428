#pragma once

#include <cstdint>

#include <deft/core/graph.hpp>

namespace deft {

/// For every element of `x` the product of the others along `axis`: [s] -> [s], floating. This is
/// the gradient of a product, and can be differentiated again as often as it has inputs left.
Output prod_of_others(const Output& x, std::int64_t axis);

}  // namespace deft
