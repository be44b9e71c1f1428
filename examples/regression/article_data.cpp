#include "article_data.hpp"

#include "common/numpy_random.hpp"

namespace examples::regression {

Table article_data(std::int64_t rows) {
  const auto n = static_cast<std::size_t>(rows);
  std::vector<double> x(n);
  std::vector<double> d(n);
  const double step = 2.0 / static_cast<double>(n - 1);
  NumpyRandom random(444);
  for (std::size_t i = 0; i < n; ++i) {
    x[i] = static_cast<double>(i) * step;
    d[i] = 3.0 + 2.0 * x[i] + 0.1 * random.normal();
  }
  return {{"x", "d"}, {x, d}};
}

}  // namespace examples::regression
