#pragma once

#include <cstdint>
#include <random>

namespace examples {

/// The numbers of NumPy's legacy generator: `numpy.random.seed(seed)`, then `numpy.random.randn()`.
class NumpyRandom {
 public:
  explicit NumpyRandom(std::uint32_t seed) : engine_(seed) {}

  /// Uniform on [0, 1): 53 bits of two draws.
  double uniform();

  /// Normal with mean 0 and variance 1, by G. Marsaglia's polar method, which makes two at a time.
  double normal();

 private:
  std::mt19937 engine_;
  double second_ = 0;
  bool has_second_ = false;
};

}  // namespace examples
