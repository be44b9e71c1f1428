#include "data.hpp"

#include <random>

namespace deft::benchmark {

Tensor random_tensor(const Shape& shape, std::uint32_t seed, float scale) {
  Tensor tensor = Tensor::uninitialized(DType::f32, shape);
  std::mt19937 engine(seed);
  for (float& value : tensor.mutable_data<float>())
    value = static_cast<float>(engine() >> 8U) * 0x1p-24F * scale - 0.5F * scale;
  return tensor;
}

Tensor random_bytes(const Shape& shape, std::uint32_t seed) {
  Tensor tensor = Tensor::uninitialized(DType::u8, shape);
  std::mt19937 engine(seed);
  for (std::uint8_t& value : tensor.mutable_data<std::uint8_t>())
    value = static_cast<std::uint8_t>(engine() >> 24U);
  return tensor;
}

Tensor random_labels(std::int64_t count, std::int32_t classes, std::uint32_t seed) {
  Tensor labels = Tensor::uninitialized(DType::i32, {count});
  std::mt19937 engine(seed);
  for (std::int32_t& label : labels.mutable_data<std::int32_t>())
    label = static_cast<std::int32_t>(engine() % static_cast<std::uint32_t>(classes));
  return labels;
}

}  // namespace deft::benchmark
