#include "native/poly.hpp"

namespace deft::benchmark {

void train_poly_plainly(const float* x, const float* d, std::size_t rows, float factor,
                        std::int64_t epochs, float* w) {
  for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
    float sums[poly_degree] = {};
    for (std::size_t i = 0; i < rows; ++i) {
      float powers[poly_degree];
      float power = 1;
      float e = -d[i];
      for (std::size_t j = 0; j < poly_degree; ++j) {
        power *= x[i];
        powers[j] = power;
        e += power * w[j];
      }
      for (std::size_t j = 0; j < poly_degree; ++j) sums[j] += e * powers[j];
    }
    for (std::size_t j = 0; j < poly_degree; ++j) w[j] -= factor * sums[j];
  }
}

}  // namespace deft::benchmark
