#include <string>
#include <utility>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/image.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>
#include <deft/ops/reduce.hpp>

namespace deft {
namespace {

// Neighbours are numbered [n, result..., taps...], with as many dimensions of taps as x has spatial
// ones. What belongs to one spatial dimension alone has 1 tap along the others.

/// The neighbours of each point along one spatial dimension.
struct Neighbours {
  Output positions;  // floating, and perhaps outside of x
  Output weights;    // empty for `nearest`
};

/// Triangle wave: what mirrors at `low` and at `high` make of a position.
Output reflected(const Output& position, double low, double high) {
  if (high <= low) return zeros_like(position);
  const double period = 2 * (high - low);
  return high - abs(floor_mod(position - low, period) - (high - low));
}

class Sampler {
 public:
  Sampler(const GridSampleOptions& options, const Shape& x, std::size_t first)
      : options_(options), x_(x), first_(first) {}

  std::size_t spatial() const { return x_.rank() - 2; }

  /// The dimension of the taps along spatial dimension `i`.
  std::int64_t tap_axis(std::size_t i) const {
    return static_cast<std::int64_t>(1 + spatial() + i);
  }

  /// Along spatial dimension `i`, of grid [n, result..., spatial].
  Neighbours neighbours(const Output& grid, std::size_t i) const {
    const auto component = static_cast<std::int64_t>(spatial() - 1 - i);
    Output at = position(i, slice(grid, -1, {component, component + 1}));
    for (std::size_t more = 1; more < spatial(); ++more) at = expand_dims(at, -1);
    if (options_.mode == Interpolation::nearest) return {at, Output{}};
    const Output below = floor(at);
    const Output rest = at - below;
    std::vector<Output> positions;
    std::vector<Output> weights;
    const bool linear = options_.mode == Interpolation::linear;
    for (const int tap : linear ? std::vector{0, 1} : std::vector{-1, 0, 1, 2}) {
      positions.push_back(below + tap);
      weights.push_back(linear ? (tap == 0 ? 1 - rest : rest) : cubic_weight(rest, tap));
    }
    return {concat(positions, tap_axis(i)), concat(weights, tap_axis(i))};
  }

  /// Whether positions along dimension `i` are in x.
  Output is_inside(std::size_t i, const Output& positions) const {
    return greater_equal(positions, 0) && less_equal(positions, last(i));
  }

  /// The elements of x along dimension `i` that stand at positions, i64.
  Output elements(std::size_t i, const Output& positions) const {
    const Output shown = options_.padding == SampledPadding::reflection
                             ? reflected(positions, low(), high(i))
                             : positions;
    return cast(clip(shown, 0, last(i)), DType::i64);
  }

 private:
  double last(std::size_t i) const { return static_cast<double>(x_[first_ + i] - 1); }
  double low() const { return options_.align_corners ? 0 : -0.5; }
  double high(std::size_t i) const { return options_.align_corners ? last(i) : last(i) + 0.5; }

  /// Where -1 to 1 are in x; what is far outside, by the padding.
  Output position(std::size_t i, const Output& g) const {
    Output at = options_.align_corners ? (g + 1) / 2 * last(i) : ((g + 1) * (last(i) + 1) - 1) / 2;
    if (options_.mode == Interpolation::nearest) at = round(at);
    if (options_.padding == SampledPadding::zeros) return at;
    const Output moved = options_.padding == SampledPadding::border ? clip(at, 0, last(i))
                                                                    : reflected(at, low(), high(i));
    return where(greater_equal(at, low()) && less_equal(at, high(i)), at, moved);
  }

  /// That of the neighbour `tap` behind the one below, by Keys' cubic with a = -3/4.
  static Output cubic_weight(const Output& rest, int tap) {
    constexpr double a = -0.75;
    const Output d = tap <= 0 ? rest - tap : tap - rest;
    if (tap == 0 || tap == 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
    return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  }

  const GridSampleOptions& options_;
  const Shape& x_;
  std::size_t first_;  // spatial dimension
};

void check(const Composite& made, const TensorSpec& x, const TensorSpec& grid, std::size_t first,
           Interpolation mode) {
  const std::size_t spatial = x.shape.rank() < 4 ? 0 : x.shape.rank() - 2;
  if (x.shape.rank() < 4 || x.shape.rank() > 5 || grid.shape.rank() != x.shape.rank() ||
      grid.shape.dims().back() != static_cast<std::int64_t>(spatial))
    made.refuse(ErrorCode::shape_mismatch,
                "x has the shape " + x.shape.to_string() + ", the grid " + grid.shape.to_string(),
                "x has 2 or 3 spatial dimensions, and the grid as many, and behind them one number "
                "for each");
  for (std::size_t i = 0; i < spatial; ++i)
    if (x.shape[first + i] <= 0)
      made.refuse(ErrorCode::invalid_argument,
                  "spatial dimension " + std::to_string(i) + " of x " + x.shape.to_string() +
                      " must be known and over 0",
                  "give it, by reshape");
  if (x.shape[0] != Shape::unknown && grid.shape[0] != Shape::unknown &&
      x.shape[0] != grid.shape[0])
    made.refuse(ErrorCode::shape_mismatch,
                "x is a batch of " + std::to_string(x.shape[0]) + ", the grid of " +
                    std::to_string(grid.shape[0]),
                "give a grid for each");
  if (!is_floating(grid.dtype) || (mode != Interpolation::nearest && x.dtype != grid.dtype))
    made.refuse(ErrorCode::dtype_mismatch,
                "x is " + std::string(to_string(x.dtype)) + ", the grid " +
                    std::string(to_string(grid.dtype)),
                "cast them to one floating dtype; only nearest takes x of another");
}

/// x with its channels behind the spatial dimensions, and back again.
Output channels_moved(const Output& x, bool to_last) {
  std::vector<std::int64_t> order{0};
  const auto rank = static_cast<std::int64_t>(x.shape().rank());
  if (!to_last) order.push_back(rank - 1);
  for (std::int64_t i = to_last ? 2 : 1; i < (to_last ? rank : rank - 1); ++i) order.push_back(i);
  if (to_last) order.push_back(1);
  return transpose(x, order);
}

/// What stands at the neighbours of all positions of the grid, weighed and summed: [n, result...,
/// channels], of pixels [n, spatial..., channels].
Output sampled(const Sampler& of, const Output& pixels, const Output& grid,
               const GridSampleOptions& options) {
  std::vector<Neighbours> along;
  Output like;  // of the shape of all neighbours
  for (std::size_t i = 0; i < of.spatial(); ++i) {
    along.push_back(of.neighbours(grid, i));
    like = i == 0 ? along[0].positions : like + along[i].positions;
  }
  std::vector<Output> tuples;
  for (std::size_t i = 0; i < of.spatial(); ++i)
    tuples.push_back(broadcast_like(of.elements(i, along[i].positions), like));
  Output values = gather_nd(pixels, stack(tuples, -1), 1);
  if (options.padding == SampledPadding::zeros) {
    Output inside = of.is_inside(0, along[0].positions);
    for (std::size_t i = 1; i < of.spatial(); ++i)
      inside = inside && of.is_inside(i, along[i].positions);
    values = where(expand_dims(inside, -1), values, 0);
  }
  std::vector<std::int64_t> taps;
  for (std::size_t i = 0; i < of.spatial(); ++i) taps.push_back(of.tap_axis(i));
  if (options.mode == Interpolation::nearest) return squeeze(values, taps);
  Output weights = along[0].weights;
  for (std::size_t i = 1; i < of.spatial(); ++i) weights = weights * along[i].weights;
  return reduce_sum(values * expand_dims(weights, -1), {.axes = taps});
}

}  // namespace

Output grid_sample(const Output& x, const Output& grid, const GridSampleOptions& options) {
  const Composite made(x, "grid_sample", {options.name, options.where});
  const bool channels_first = options.layout == ChannelLayout::channels_first;
  const Shape shape = x.shape(options.where);
  const std::size_t first = channels_first ? 2 : 1;
  check(made, {x.dtype(options.where), shape},
        {grid.dtype(options.where), grid.shape(options.where)}, first, options.mode);
  const Output y = made.inside([&] {
    const Sampler of(options, shape, first);
    if (!channels_first) return sampled(of, x, grid, options);
    return channels_moved(sampled(of, channels_moved(x, true), grid, options), false);
  });
  return identity(y, made.result());
}

}  // namespace deft
