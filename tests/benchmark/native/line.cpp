#include "native/line.hpp"

namespace deft::benchmark {

void train_line_plainly(const LineColumns<float>& columns, float factor, std::int64_t epochs,
                        float* w) {
  const float* ones = columns.ones;
  const float* x = columns.x;
  const float* d = columns.d;
  for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
    const float w0 = w[0];
    const float w1 = w[1];
    float sum0 = 0;
    float sum1 = 0;
    for (std::size_t i = 0; i < columns.rows; ++i) {
      const float y = ones[i] * w0 + x[i] * w1;
      const float e = y - d[i];
      sum0 += e * ones[i];
      sum1 += e * x[i];
    }
    w[0] = w0 - factor * sum0;
    w[1] = w1 - factor * sum1;
  }
}

}  // namespace deft::benchmark
