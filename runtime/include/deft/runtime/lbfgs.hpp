#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/source_location.hpp>
#include <deft/runtime/run_arguments.hpp>
#include <deft/runtime/session.hpp>

namespace deft {

/// Where minimize_lbfgs has got to.
struct LbfgsProgress {
  double loss = 0;
  double gradient_norm = 0;      // the largest magnitude of an element of the gradient
  std::int64_t iterations = 0;   // iterates accepted
  std::int64_t evaluations = 0;  // of loss and gradient
};

/// Optional arguments of minimize_lbfgs.
struct LbfgsOptions {
  std::int64_t iterations = 100;  // at most; at least 1
  std::int64_t history = 10;      // iterations whose changes the method remembers, at least 1
  /// The end is where no element of the gradient is larger in magnitude.
  double gradient_tolerance = 1e-10;
  /// And where an iteration changes the loss by no more than this times its magnitude. 0: never.
  double change_tolerance = 0;
  /// Of the strong Wolfe conditions, 0 < c1 < c2 < 1 and c1 < 1/2: an iteration takes off the loss
  /// at least c1 times what its first slope promises, and leaves at most c2 of that slope.
  double wolfe_c1 = 1e-4;
  double wolfe_c2 = 0.9;
  Feeds feeds = {};                                      // the same for all evaluations
  std::optional<std::chrono::nanoseconds> timeout = {};  // of all, with RunOptions::timeout's means
  std::stop_token stop = {};
  /// Called on the caller's thread after every iteration, when the session has its iterate.
  std::function<void(const LbfgsProgress&)> on_progress = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Why minimize_lbfgs ended.
enum class LbfgsReason : std::uint8_t {
  gradient,     // within gradient_tolerance: a stationary point
  change,       // within change_tolerance
  iterations,   // all of them are done
  line_search,  // no step along the steepest descent lowers the loss: its rounding hides what is
                // left, or its gradient is not that of a smooth function
  cancelled,    // a stop was requested
  timeout,
};

/// The name of a reason, such as "line_search".
const char* to_string(LbfgsReason reason);

/// The last accepted iterate, which is what the session's variables hold. `loss` and
/// `gradient_norm` are NaN if a stop or a timeout came before they were known.
struct LbfgsResult : LbfgsProgress {
  LbfgsReason reason = LbfgsReason::gradient;
};

/// Changes variables of the session so that `loss`, of one floating element, becomes least: the
/// method of Broyden, Fletcher, Goldfarb and Shanno with limited memory, for losses of all data at
/// once without randomness from step to step (J. Nocedal and S. Wright, Numerical Optimization, 2nd
/// ed., 2006: algorithms 7.4 and 7.5, scaled by (7.20), with the line search of algorithms 3.5 and
/// 3.6 and cubic interpolation, (3.59), kept off the ends of its interval). Where changes of the
/// loss are below its rounding, slopes decide (W. Hager and H. Zhang, "A new conjugate gradient
/// method with guaranteed descent and an efficient line search", 2005), so that f64 parameters
/// reach more digits than the loss shows.
///
/// Without a list the variables are those of parameters(loss) that a gradient reaches. They are f64
/// or f32; the method computes in f64, on one thread, so results have the same bits for any number
/// of threads. A point where the loss or its gradient is not finite counts as too far.
///
/// Points are tried out on a clone of the session: other variables are as they were at the call,
/// and assigns that the loss depends on stay without effect. In the session itself the variables go
/// from one accepted iterate to the next, all at once, and hold the last one whatever ends the
/// call. Each call adds the nodes of the gradient to the graph.
///
/// Throws RunError for options and variables that do not fit, and code non_finite where the loss or
/// its gradient is not finite at the start; GradientError as gradients, also if the loss does not
/// depend on a variable that is listed; and what a run throws.
LbfgsResult minimize_lbfgs(Session& session, const Output& loss,
                           const std::vector<Output>& variables = {},
                           const LbfgsOptions& options = {});

}  // namespace deft
