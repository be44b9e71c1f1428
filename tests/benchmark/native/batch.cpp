#include "native/batch.hpp"

namespace deft::benchmark {

void gather_scaled(const std::uint8_t* from, const std::int64_t* rows, std::size_t count,
                   std::size_t columns, float scale, float* __restrict to) {
  for (std::size_t i = 0; i < count; ++i, to += columns) {
    const std::uint8_t* row = from + static_cast<std::size_t>(rows[i]) * columns;
    for (std::size_t j = 0; j < columns; ++j) to[j] = static_cast<float>(row[j]) * scale;
  }
}

}  // namespace deft::benchmark
