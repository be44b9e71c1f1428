#include "resampling.hpp"

#include <algorithm>
#include <cmath>

namespace deft {
namespace {

/// The nearest of all integers, as those up to 2^53 are doubles.
double nearest(NearestRule rule, double position) {
  switch (rule) {
    case NearestRule::round_prefer_floor:
      return std::ceil(position - 0.5);
    case NearestRule::round_prefer_ceil:
      return std::floor(position + 0.5);
    case NearestRule::floor:
      return std::floor(position);
    case NearestRule::ceil:
      return std::ceil(position);
  }
  return position;
}

/// NaN, which regions of huge numbers give, becomes the first.
std::int64_t inside(double position, std::int64_t size) {
  if (!(position > 0)) return 0;
  return static_cast<std::int64_t>(std::min(position, static_cast<double>(size - 1)));
}

/// The weight of a neighbour at this distance.
double weight(const ResizeOptions& options, double distance) {
  const double d = std::abs(distance);
  if (options.mode == Interpolation::linear) return std::max(0.0, 1 - d);
  const double a = options.cubic_a;
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  if (d < 2) return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  return 0;
}

}  // namespace

bool ResizedAxis::is_identity() const {
  constexpr double close = 1e-9;
  return result == size && std::abs(scale - 1) < close && std::abs(begin) < close &&
         std::abs(end - 1) < close;
}

double ResizedAxis::position(Coordinates coordinates, std::int64_t i) const {
  const auto at = static_cast<double>(i);
  const auto last = static_cast<double>(size - 1);
  const bool one = scaled == 1;
  const double half_pixel = (at + 0.5) / scale - 0.5;
  switch (coordinates) {
    case Coordinates::half_pixel:
      return half_pixel;
    case Coordinates::half_pixel_symmetric: {
      const double kept = static_cast<double>(result) / scaled;
      return static_cast<double>(size) / 2 * (1 - kept) + half_pixel;
    }
    case Coordinates::pytorch_half_pixel:
      return one ? -0.5 : half_pixel;
    case Coordinates::align_corners:
      return one ? 0 : at * last / (scaled - 1);
    case Coordinates::asymmetric:
      return at / scale;
    case Coordinates::crop_and_resize:
      return (one ? (end - begin) * last / 2 : at * (end - begin) * last / (scaled - 1)) +
             begin * last;
  }
  return half_pixel;
}

std::vector<std::int64_t> nearest_neighbours(const ResizedAxis& axis,
                                             const ResizeOptions& options) {
  std::vector<std::int64_t> indices;
  for (std::int64_t i = 0; i < axis.result; ++i)
    indices.push_back(
        inside(nearest(options.nearest, axis.position(options.coordinates, i)), axis.size));
  return indices;
}

Taps weighted_neighbours(const ResizedAxis& axis, const ResizeOptions& options) {
  const double support = options.mode == Interpolation::linear ? 1 : 2;
  const double narrowed = options.antialias ? std::min(axis.scale, 1.0) : 1;
  const auto reach = static_cast<std::int64_t>(std::ceil(support / narrowed));
  Taps of{.taps = 2 * reach, .indices = {}, .weights = {}};
  const bool normalized = options.antialias || options.exclude_outside;
  for (std::int64_t i = 0; i < axis.result; ++i) {
    const double position = axis.position(options.coordinates, i);
    const double first = std::floor(position) - static_cast<double>(reach - 1);
    double sum = 0;
    for (std::int64_t tap = 0; tap < of.taps; ++tap) {
      const double at = first + static_cast<double>(tap);
      const bool dropped = options.exclude_outside && axis.is_outside(at);
      of.indices.push_back(inside(at, axis.size));
      of.weights.push_back(dropped ? 0 : weight(options, narrowed * (at - position)));
      sum += of.weights.back();
    }
    if (normalized && sum != 0)
      for (auto w = of.weights.end() - of.taps; w != of.weights.end(); ++w) *w /= sum;
  }
  return of;
}

}  // namespace deft
