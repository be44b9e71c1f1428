#pragma once

#include <cstdint>

#include <deft/deft.hpp>

#include "random/draws.hpp"

namespace deft::digest {

/// What the elements of a tensor are.
enum class Values {
  small,     // multiples of 1/16 or of 1/3 between -43 and 43, or one of them throughout; integers
  special,   // some of them NaN, infinities, zeros of both signs, extremes
  any_bits,  // whatever an element can be
  uniform,   // floating numbers in [-1, 1); integers as `small`
};

Tensor tensor_of(Draws& draws, const TensorSpec& spec, Values values);

/// Numbers in [-1, 1), for a model.
Tensor uniform(DType dtype, const Shape& shape, std::uint64_t seed);

}  // namespace deft::digest
