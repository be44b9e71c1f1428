#pragma once

#include <cmath>

namespace deft {

/// A sum in twice the precision of double: T. J. Dekker, "A floating-point technique for extending
/// the available precision" (1971); T. Ogita, S. M. Rump and S. Oishi, "Accurate sum and dot
/// product" (2005), algorithm 5.3.
class DoubleWord {
 public:
  explicit DoubleWord(double value) : high_(value) {}

  void add(double x) {
    const double sum = high_ + x;
    const double x_part = sum - high_;
    low_ += (high_ - (sum - x_part)) + (x - x_part);
    high_ = sum;
  }

  void add_product(double x, double y) {
    const double product = x * y;
    add(product);
    low_ += std::fma(x, y, -product);
  }

  double value() const { return high_ + low_; }

 private:
  double high_;
  double low_ = 0;
};

}  // namespace deft
