#pragma once

#include <stdexcept>

#include <deft/deft.hpp>

namespace deft::benchmark {

/// deft and the reference compute different things, so that comparing their times means nothing.
class Disagreement : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throw Disagreement. A tolerance is relative to the largest magnitude of the reference.
void expect_close(double deft, double reference, double tolerance = 0);
void expect_close(const Tensor& deft, const Tensor& reference, double tolerance);
void expect_same_bytes(const Tensor& deft, const Tensor& reference);

}  // namespace deft::benchmark
