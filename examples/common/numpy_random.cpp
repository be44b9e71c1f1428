#include "numpy_random.hpp"

#include <cmath>

namespace examples {

double NumpyRandom::uniform() {
  const auto high = static_cast<double>(engine_() >> 5U);  // 27 bits
  const auto low = static_cast<double>(engine_() >> 6U);   // 26 bits
  return (high * 67108864.0 + low) / 9007199254740992.0;   // 2^26, 2^53
}

double NumpyRandom::normal() {
  if (has_second_) {
    has_second_ = false;
    return second_;
  }
  double x = 0;
  double y = 0;
  double square = 0;  // of the distance of (x, y) from the origin
  do {
    x = 2.0 * uniform() - 1.0;
    y = 2.0 * uniform() - 1.0;
    square = x * x + y * y;
  } while (square >= 1.0 || square == 0.0);
  const double scale = std::sqrt(-2.0 * std::log(square) / square);
  second_ = scale * x;
  has_second_ = true;
  return scale * y;
}

}  // namespace examples
