#pragma once

#include <string>
#include <vector>

#include <deft/deft.hpp>

namespace examples::model {

/// How far an output is from what is expected.
struct Difference {
  std::string name;
  std::string problem;  // other dtypes or shapes, which cannot be compared; or empty
  double absolute = 0;  // the largest; infinite where one of both is NaN
  double relative = 0;  // the largest, of the magnitude of what is expected
  bool is_allowed = true;
};

/// Compares elements with what is expected of them. NaN equals NaN. Integers may not differ by less
/// than floating numbers: the same tolerances hold.
Difference difference(const std::string& name, const deft::Tensor& is, const deft::Tensor& expected,
                      double rtol, double atol);

}  // namespace examples::model
