#pragma once

#include <cstdint>

#include <deft/deft.hpp>

namespace deft::benchmark {

/// f32, uniform on [-0.5, 0.5), the same for the same seed everywhere.
Tensor random_tensor(const Shape& shape, std::uint32_t seed);

}  // namespace deft::benchmark
