#include <deft/ops/normalize.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>
#include <deft/ops/reduce.hpp>

#include "composite_axes.hpp"

namespace deft {
namespace {

constexpr std::int64_t most_neighbours = 65536;

/// Element i along the axis: the sum of the elements i - before to i + behind that there are, in
/// their order.
Output window_sums(const Output& x, std::size_t axis, std::int64_t before, std::int64_t behind) {
  Paddings paddings(x.shape().rank(), {0, 0});
  paddings[axis] = {before, behind};
  const Output padded = pad(x, paddings);
  std::vector<Output> terms;
  for (std::int64_t i = 0; i <= before + behind; ++i) {
    const std::int64_t left = before + behind - i;  // positions behind the last one of this term
    const auto end = left == 0 ? std::nullopt : std::optional(-left);
    terms.push_back(slice(padded, static_cast<std::int64_t>(axis), {.begin = i, .end = end}));
  }
  return add_n(terms);
}

}  // namespace

Output lp_normalize(const Output& x, const LpNormalizeOptions& options) {
  const Composite made(x, "lp_normalize", {options.name, options.where});
  const auto [is_zero, direction] = made.inside([&] {
    const Output length = norm(x, {.ord = options.p, .axes = {options.axis}, .keep_dims = true});
    const Output none = equal(length, 0);
    return std::pair(none, x / where(none, 1, length));
  });
  return where(is_zero, 0, direction, made.result());
}

/// The deviation has the moments of the mean: duplicates are merged.
Output mean_variance_normalize(const Output& x, const MeanVarianceOptions& options) {
  const Composite made(x, "mean_variance_normalize", {options.name, options.where});
  const auto [centred, scale] = made.inside([&] {
    const Output mean = moments(x, {.axes = options.axes, .keep_dims = true}).mean;
    const Output deviation = reduce_std(x, {.axes = options.axes, .keep_dims = true});
    return std::pair(x - mean, deviation + options.epsilon);
  });
  return div(centred, scale, made.result());
}

Output local_response_normalization(const Output& x, std::int64_t size,
                                    const LocalResponseOptions& options) {
  const Composite made(x, "local_response_normalization", {options.name, options.where});
  if (size < 1 || size > most_neighbours)
    made.refuse(ErrorCode::invalid_argument, "the size is " + std::to_string(size),
                "give a number of channels from 1 to " + std::to_string(most_neighbours));
  const std::size_t axis = axis_from_front(made, options.axis, x.shape().rank());
  const std::int64_t channels = x.shape()[axis];
  const std::int64_t most =
      channels == Shape::unknown ? size : std::max<std::int64_t>(channels - 1, 0);
  const Output scale = made.inside([&] {
    const Output sum =
        window_sums(square(x), axis, std::min((size - 1) / 2, most), std::min(size / 2, most));
    return pow(sum * (options.alpha / static_cast<double>(size)) + options.bias, options.beta);
  });
  return div(x, scale, made.result());
}

}  // namespace deft
