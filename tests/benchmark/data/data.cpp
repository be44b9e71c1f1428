#include "data.hpp"

#include <random>

namespace deft::benchmark {

Tensor random_tensor(const Shape& shape, std::uint32_t seed) {
  Tensor tensor = Tensor::uninitialized(DType::f32, shape);
  std::mt19937 engine(seed);
  for (float& value : tensor.mutable_data<float>())
    value = static_cast<float>(engine() >> 8U) * 0x1p-24F - 0.5F;
  return tensor;
}

}  // namespace deft::benchmark
