#include "objective.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

#include <deft/core/error.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/optim/minimize.hpp>

#include "execution/interrupt.hpp"
#include "units.hpp"

namespace deft {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void refuse(ErrorCode code, std::string message, std::string cure,
                         SourceLocation where) {
  throw RunError(
      {.code = code, .message = std::move(message), .cure = std::move(cure), .where = where});
}

void check_distinct(const std::vector<Output>& variables, SourceLocation where) {
  for (auto one = variables.begin(); one != variables.end(); ++one) {
    const auto other = std::find(variables.begin(), one, *one);
    if (other == one) continue;
    refuse(ErrorCode::invalid_argument,
           "variables[" + std::to_string(other - variables.begin()) + "] and variables[" +
               std::to_string(one - variables.begin()) + "] are both '" + one->name() + "'",
           "list each variable once", where);
  }
}

void append(std::vector<double>& all, const Tensor& tensor) {
  const std::vector<double> elements = tensor.to<double>();
  all.insert(all.end(), elements.begin(), elements.end());
}

/// The next elements of x as a tensor like `spec`.
Tensor taken(std::vector<double>::const_iterator& x, const TensorSpec& spec) {
  Tensor tensor = Tensor::uninitialized(spec.dtype, spec.shape);
  if (spec.dtype == DType::f32) {
    for (float& element : tensor.mutable_data<float>()) element = static_cast<float>(*x++);
  } else {
    for (double& element : tensor.mutable_data<double>()) element = *x++;
  }
  return tensor;
}

}  // namespace

Objective::Objective(const Session& session, const Output& loss,
                     const std::vector<Output>& variables, const LbfgsOptions& options)
    : options_(options), trials_(session.clone(options.where)), loss_(loss) {
  if (options.timeout) deadline_ = deadline_after(*options.timeout);
  std::vector<Output> placeholders;
  for (const Feed& feed : options.feeds.list()) {
    placeholders.push_back(feed.placeholder);
    fed_.push_back(feed.value.aligned(options.where));
  }
  trials_.prepare({loss}, placeholders, options.where);
  const bool by_default = variables.empty();
  variables_ = by_default ? parameters(loss) : variables;
  trials_.values(variables_, options.where);
  check_distinct(variables_, options.where);
  std::vector<Output> fetches = gradients(
      loss, variables_,
      {.unconnected = by_default ? Unconnected::none : Unconnected::error, .where = options.where});
  for (std::size_t i = fetches.size(); i-- > 0;)
    if (fetches[i].is_empty()) {
      fetches.erase(fetches.begin() + static_cast<std::ptrdiff_t>(i));
      variables_.erase(variables_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  if (variables_.empty())
    refuse(ErrorCode::invalid_argument,
           "the loss '" + loss.name() + "' has a gradient for no trainable variable",
           "make what is to be found a variable, or list the variables", options.where);
  fetches.insert(fetches.begin(), loss);
  call_ = trials_.prepare(fetches, placeholders, options.where);
}

Objective::Point Objective::start() {
  std::vector<std::pair<Output, Tensor>> values;
  const std::vector<Tensor> tensors = trials_.values(variables_, options_.where);
  for (std::size_t i = 0; i < tensors.size(); ++i) values.emplace_back(variables_[i], tensors[i]);
  Point point = evaluated(std::move(values));
  const auto refuse_value = [&](const std::string& what, double value) {
    refuse(ErrorCode::non_finite, what + " is " + number_text(value) + " at the start",
           "begin with values of the variables at which loss and gradient are finite",
           options_.where);
  };
  if (!std::isfinite(point.loss)) refuse_value("the loss '" + loss_.name() + "'", point.loss);
  std::size_t at = 0;
  for (const auto& [variable, tensor] : point.variables)
    for (std::int64_t i = 0; i < tensor.num_elements(); ++i, ++at)
      if (!std::isfinite(point.gradient[at]))
        refuse_value("element " + std::to_string(i) + " of the gradient for '" + variable.name() +
                         "' " + to_string(tensor.spec()),
                     point.gradient[at]);
  return point;
}

Objective::Point Objective::at(const std::vector<double>& x) {
  std::vector<std::pair<Output, Tensor>> values;
  values.reserve(variables_.size());
  auto next = x.begin();
  for (const Output& variable : variables_)
    values.emplace_back(variable, taken(next, variable.spec()));
  return evaluated(std::move(values));
}

Objective::Point Objective::evaluated(std::vector<std::pair<Output, Tensor>> values) {
  RunOptions run{.stop = options_.stop, .where = options_.where};
  if (deadline_)
    run.timeout =
        std::max(std::chrono::nanoseconds{0}, std::chrono::nanoseconds(*deadline_ - Clock::now()));
  trials_.set(values, options_.where);
  const std::vector<Tensor> results = (*call_)(fed_, run);
  ++evaluations_;
  Point point;
  point.variables = std::move(values);
  point.loss = results.front().to<double>().front();
  for (std::size_t i = 1; i < results.size(); ++i) append(point.gradient, results[i]);
  for (const auto& entry : point.variables) append(point.x, entry.second);
  return point;
}

double Objective::rounding() const {
  return 64 * (loss_.dtype() == DType::f32 ? double{std::numeric_limits<float>::epsilon()}
                                           : std::numeric_limits<double>::epsilon());
}

std::optional<LbfgsReason> Objective::interruption(const Error& error) const {
  if (error.code() == ErrorCode::cancelled && options_.stop.stop_requested())
    return LbfgsReason::cancelled;
  if (error.code() == ErrorCode::deadline_exceeded && deadline_ && Clock::now() >= *deadline_)
    return LbfgsReason::timeout;
  return std::nullopt;
}

}  // namespace deft
