#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <deft/core/tensor.hpp>
#include <deft/runtime/lbfgs.hpp>

namespace deft {

/// A loss and its gradient as functions of one vector: the elements of all variables, one variable
/// after the other.
class Objective {
 public:
  struct Point {
    std::vector<std::pair<Output, Tensor>> variables;
    std::vector<double> x;
    std::vector<double> gradient;
    double loss = 0;
  };

  /// `variables` may be empty: those that the loss is differentiated for by default. Throws as
  /// minimize_lbfgs.
  Objective(const Session& session, const Output& loss, const std::vector<Output>& variables,
            const LbfgsOptions& options);

  /// The point at which the session was when this was made. Throws RunError, code non_finite, if
  /// its loss or gradient is not finite.
  Point start();

  /// The point next to `x` whose elements have the dtypes of their variables. Throws what a run
  /// throws.
  Point at(const std::vector<double>& x);

  std::int64_t evaluations() const { return evaluations_; }

  /// About how far the loss may be off by rounding, relative to its magnitude.
  double rounding() const;

  /// Why a run threw this RunError; nothing if it was neither a stop nor the timeout.
  std::optional<LbfgsReason> interruption(const Error& error) const;

 private:
  Point evaluated(std::vector<std::pair<Output, Tensor>> values);

  const LbfgsOptions& options_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  Session trials_;
  Output loss_;
  std::vector<Output> variables_;
  std::vector<Tensor> fed_;
  std::optional<Callable> call_;  // loss, and the gradient for each variable
  std::int64_t evaluations_ = 0;
};

}  // namespace deft
