#include <deft/runtime/early_stopping.hpp>

#include <cmath>
#include <string>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/control.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/state.hpp>

#include "improvement.hpp"
#include "units.hpp"

namespace deft {
namespace {

[[noreturn]] void refuse(const EarlyStoppingOptions& options, const std::string& message,
                         const std::string& cure) {
  throw GraphError({.message = message,
                    .cure = cure,
                    .op = "early_stopping",
                    .node = std::string(options.name),
                    .where = options.where});
}

void check(const EarlyStoppingOptions& options) {
  if (options.patience < 1)
    refuse(options, "its patience is " + std::to_string(options.patience),
           "let it wait for 1 metric or more");
  if (!std::isfinite(options.min_delta) || options.min_delta < 0)
    refuse(options, "its min_delta is " + number_text(options.min_delta),
           "give a finite number from 0 on: by how much a metric must be better");
}

}  // namespace

EarlyStopping::EarlyStopping(const Graph& graph, const EarlyStoppingOptions& options)
    : patience_(options.patience) {
  check(options);
  const SourceLocation line = options.where;
  const ForwardLocation location(graph, line, ForwardLocation::Outer::kept);
  const NameScope scope(graph, options.name, line);
  best_ = variable(graph, Tensor::scalar(worst_metric(options.better)),
                   {.trainable = false, .name = "best", .where = line});
  waited_ = variable(graph, Tensor::scalar<std::int64_t>(0),
                     {.trainable = false, .name = "waited", .where = line});
  metric_ = placeholder(graph, DType::f64, {}, {.name = "metric", .where = line});
  const Output better = options.better == Better::lower ? metric_ < best_ - options.min_delta
                                                        : metric_ > best_ + options.min_delta;
  improved_ = logical_and(is_finite(metric_), better, {.name = "improved", .where = line});
  update_ = group({assign(best_, where(improved_, metric_, best_)),
                   assign(waited_, where(improved_, std::int64_t{0}, waited_ + 1))},
                  {.name = "update", .where = line});
}

bool EarlyStopping::improved(Session& session, double metric, SourceLocation where) const {
  return session.run({improved_, update_}, {{metric_, Tensor::scalar(metric)}}, {.where = where})
      .at(0)
      .item<bool>();
}

bool EarlyStopping::improved(Session& session, const Tensor& metric, SourceLocation where) const {
  if (metric.num_elements() != 1)
    throw RunError(
        {.code = ErrorCode::shape_mismatch,
         .message = "a metric is one number, but is given as " + to_string(metric.spec()),
         .cure = "reduce it to one number, such as a mean",
         .op = "early_stopping",
         .node = improved_.name(),
         .where = where});
  return improved(session, metric.to<double>()[0], where);
}

bool EarlyStopping::exhausted(const Session& session, SourceLocation where) const {
  return session.value(waited_, where).item<std::int64_t>() >= patience_;
}

}  // namespace deft
