#pragma once

#include <cstdint>
#include <string_view>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>
#include <deft/runtime/better.hpp>
#include <deft/runtime/session.hpp>

namespace deft {

/// Optional arguments of EarlyStopping.
struct EarlyStoppingOptions {
  std::int64_t patience = 4;  // metrics in a row without improvement that are enough, at least 1
  Better better = Better::lower;
  double min_delta = 0;  // what improves is better than the best one by more than this
  std::string_view name = "early_stopping";
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Ends a training whose metric, such as the loss on data that it does not see, has stopped getting
/// better (L. Prechelt, "Early stopping - but when?", 1998).
///
///     EarlyStopping patience(graph, {.patience = 4});
///     session.run(global_variables_initializer(graph));
///     while (!patience.exhausted(session)) {
///       session.run(train, {.steps = 1000});
///       if (patience.improved(session, session.eval(validation_loss))) ...
///     }
///
/// What it remembers are variables of the graph, which are not trainable, so that a training that
/// is resumed from a checkpoint ends where it would have ended.
class EarlyStopping {
 public:
  /// Adds its variables to the graph: so make it before the initializer. Throws GraphError if
  /// `patience` is below 1, or `min_delta` is negative or not finite.
  explicit EarlyStopping(const Graph& graph, const EarlyStoppingOptions& options = {});

  /// Takes notice of one more metric, a number or a tensor of one element, and says whether it is
  /// better than all before it. A NaN or an infinity never is. A run of one step: see Session.
  /// Throws RunError.
  bool improved(Session& session, double metric,
                SourceLocation where = SourceLocation::current()) const;
  bool improved(Session& session, const Tensor& metric,
                SourceLocation where = SourceLocation::current()) const;

  /// Whether as many metrics in a row as `patience` have not improved.
  bool exhausted(const Session& session, SourceLocation where = SourceLocation::current()) const;

  /// The variables "<name>/best", f64[], at first the largest number or, where higher is better,
  /// the lowest; and "<name>/waited", i64[], how many metrics have not improved since the best one.
  const Output& best() const { return best_; }
  const Output& waited() const { return waited_; }

 private:
  std::int64_t patience_;
  Output best_;
  Output waited_;
  Output metric_;    // placeholder, f64[]
  Output improved_;  // bool[]
  Output update_;    // the operation that takes notice of it
};

}  // namespace deft
