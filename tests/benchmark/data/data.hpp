#pragma once

#include <cstdint>

#include <deft/deft.hpp>

namespace deft::benchmark {

/// f32, uniform on [-0.5, 0.5) times `scale`, the same for the same seed everywhere.
Tensor random_tensor(const Shape& shape, std::uint32_t seed, float scale = 1);

/// u8, any byte equally likely, the same for the same seed everywhere.
Tensor random_bytes(const Shape& shape, std::uint32_t seed);

/// i32, below `classes`, the same for the same seed everywhere.
Tensor random_labels(std::int64_t count, std::int32_t classes, std::uint32_t seed);

}  // namespace deft::benchmark
