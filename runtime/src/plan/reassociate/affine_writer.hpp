#pragma once

#include <span>

#include "affine.hpp"

namespace deft {

/// An affine form as it is to be computed: sum_i left_i varying_i right_i + constant, where each
/// left and right is one matrix of f64, or nothing.
struct AffinePlan {
  struct Summand {
    MatrixFactor varying;
    std::vector<AffineTerm> terms;  // with this varying matrix; their other matrices are added up
  };

  std::vector<Summand> summands;
  std::vector<AffineTerm> constants;
  double step_flops = 0;
  double once_flops = 0;
  double roundings = 0;  // that a term goes through at most
};

/// How to compute `form`; nothing if one of its summands would be no product with a matrix: such a
/// form is better left as it is.
std::optional<AffinePlan> plan_affine(const Draft& draft, const AffineForm& form);

/// Appends the operations of `plan`, which take the user's line from position `like`; returns the
/// result in the dtype of the value at `like`.
ValueId write_affine(Draft& draft, const AffinePlan& plan, std::size_t like);

}  // namespace deft
