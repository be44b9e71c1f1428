#include "scatter_reductions.hpp"

#include <array>
#include <limits>
#include <string_view>

#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "indexing_rules.hpp"

namespace deft {
namespace {

constexpr std::array<std::string_view, 5> names = {"update", "add", "multiply", "maximum",
                                                   "minimum"};

/// Row-major numbers 0, 1, ... of the elements of `x`, i64.
Output numbers_of(const Output& x) {
  return reshape_like(range_like(reshape(x, {Shape::unknown}), 0), x);
}

/// `value`, i64, everywhere in a tensor of the shape of `x`.
Output filled_like(const Output& x, std::int64_t value) {
  return broadcast_like(constant(x.graph(), Tensor::scalar<std::int64_t>(value)), x);
}

/// Equal, or both NaN.
Output same(const Output& x, const Output& y) { return equal(x, y) || (is_nan(x) && is_nan(y)); }

/// What is overwritten, and all but the last of the updates to one element, have the gradient zero.
std::vector<Output> gradient_of_update(const GradientContext& context, const Scattered& to) {
  const Output& x = context.inputs[0];
  const Output& updates = context.inputs[2];
  const Output& dy = context.grads[0];
  const Output number = numbers_of(updates);
  const Output last = to.put(filled_like(x, 0), number, ScatterReduction::update);
  return {to.put(dy, zeros_like(updates), ScatterReduction::update),
          {},
          where(equal(to.take(last), number), to.take(dy), 0)};
}

/// The gradient goes to x where x is the extreme, else to the first of the updates that are.
std::vector<Output> gradient_of_extreme(const GradientContext& context, const Scattered& to) {
  constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();
  const Output& x = context.inputs[0];
  const Output& updates = context.inputs[2];
  const Output& y = context.outputs[0];
  const Output& dy = context.grads[0];
  const Output stays = same(x, y);
  const Output leads = same(updates, to.take(y)) && !to.take(stays);
  const Output number = numbers_of(updates);
  const Output first =
      to.put(filled_like(x, none), where(leads, number, none), ScatterReduction::minimum);
  return {where(stays, dy, 0), {}, where(leads && equal(to.take(first), number), to.take(dy), 0)};
}

}  // namespace

std::string to_attribute(ScatterReduction reduction) {
  const auto number = static_cast<std::size_t>(reduction);
  return number < names.size() ? std::string(names[number]) : std::to_string(number);
}

Combination combination_of(const Attributes& attributes) {
  constexpr std::array<Combination, 5> all = {Combination::update, Combination::add,
                                              Combination::multiply, Combination::maximum,
                                              Combination::minimum};
  const auto& name = attributes.get<std::string>("reduction");
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return all[i];
  throw Refusal{ErrorCode::invalid_argument, "there is no reduction '" + name + "'",
                "use one of ScatterReduction"};
}

std::vector<TensorSpec> infer_combined(const InferContext& context, const Shape& taken) {
  return combination_of(context.attributes) == Combination::update ? infer_updated(context, taken)
                                                                   : infer_added(context, taken);
}

std::vector<Output> gradient_of_scatter(const GradientContext& context,
                                        const Scattered& scattered) {
  switch (combination_of(context.attributes())) {
    case Combination::update:
      return gradient_of_update(context, scattered);
    case Combination::maximum:
    case Combination::minimum:
      return gradient_of_extreme(context, scattered);
    case Combination::add:
    case Combination::multiply:
      break;
  }
  return {context.grads[0], {}, scattered.take(context.grads[0])};
}

}  // namespace deft
