#include <string>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/control.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/state.hpp>
#include <deft/optim/minimize.hpp>

namespace deft {

/// What depends on an assign reads the new value of the variable: therefore the count before the
/// step is read by an operation that does not depend on one.
MovingAverage moving_average(const Training& training, double decay, SourceLocation where) {
  if (!(decay >= 0 && decay < 1))
    throw ValueError({.code = ErrorCode::invalid_argument,
                      .message = "the decay of an average is " + std::to_string(decay),
                      .cure = "give a number from 0 on, below 1",
                      .where = where});
  const Graph graph = training.step.graph();
  const ForwardLocation location(graph, where, ForwardLocation::Outer::kept);
  MovingAverage made{training, {}};
  std::vector<Output> done{training.step};
  const Output updates = variable(graph, Tensor::scalar<std::int64_t>(0),
                                  {.trainable = false, .name = "average/count", .where = where});
  const Output is_first = equal(updates, 0);
  const Output is_update = equal(training.updated_count, training.count + 1);
  done.push_back(assign_add(updates, cast(is_update, DType::i64)));
  OptimizerScope scope(cast(training.count, DType::f64), where);
  for (std::size_t i = 0; i < training.parameters.size(); ++i) {
    const Output& w = training.parameters[i];
    const Output average = scope.slot(w, "average");
    const Output before = deft::where(is_first, w, average);
    const Output after = decay * before + (1 - decay) * training.updated[i];
    done.push_back(assign(average, deft::where(is_update, after, before)));
    made.averages.push_back(average);
  }
  made.training.step = group(done, {.name = "average", .where = where});
  return made;
}

}  // namespace deft
