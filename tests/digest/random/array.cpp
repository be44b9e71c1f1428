#include <algorithm>

#include "random/grower.hpp"
#include "random/shapes.hpp"

namespace deft::digest {
namespace {

void grow_broadcast(Grower& g) {
  const Value x = g.any();
  const Shape to = wider(g.draws, x.spec.shape, g.most_elements());
  const bool known = g.draws.one_in(2);
  if (known) {
    g.add({x.spec.dtype, to}, {x}, [=] { return broadcast_to(x.output, to); });
    return;
  }
  const Value like = g.of({g.dtype(), to});
  g.add({x.spec.dtype, to}, {x, like}, [=] { return broadcast_like(x.output, like.output); });
}

void grow_sum_like(Grower& g) {
  const Value x = g.numeric_value();
  const Shape to = narrower(g.draws, x.spec.shape);
  const Value like = g.of({g.dtype(), to});
  g.add({x.spec.dtype, to}, {x, like}, [=] { return sum_like(x.output, like.output); });
}

/// A dimension of 1 more, and at times less.
void grow_expansion(Grower& g) {
  const Value x = g.any();
  std::vector<std::int64_t> dims = dims_of(x.spec.shape);
  if (dims.size() >= most_dimensions) return;
  const auto axis = static_cast<std::int64_t>(g.draws.below(dims.size() + 1));
  dims.insert(dims.begin() + axis, 1);
  const bool from_end = g.draws.one_in(2);
  const std::int64_t named = from_end ? axis - static_cast<std::int64_t>(dims.size()) : axis;
  const Value expanded =
      g.add({x.spec.dtype, Shape(dims)}, {x}, [=] { return expand_dims(x.output, named); });
  if (g.draws.one_in(2))
    g.add(x.spec, {expanded}, [=] { return squeeze(expanded.output, {named}); });
}

std::vector<std::int64_t> any_permutation(Grower& g, std::size_t rank) {
  if (rank >= 2 && g.draws.one_in(2)) return exchange_of(rank);
  std::vector<std::int64_t> axes;
  for (const std::size_t axis : g.draws.permutation(rank))
    axes.push_back(static_cast<std::int64_t>(axis));
  return axes;
}

Value transposed(Grower& g, const Value& x) {
  const std::vector<std::int64_t> axes = any_permutation(g, x.spec.shape.rank());
  std::vector<std::int64_t> dims;
  for (const std::int64_t axis : axes) dims.push_back(x.spec.shape[static_cast<std::size_t>(axis)]);
  return g.add({x.spec.dtype, Shape(dims)}, {x}, [=] { return transpose(x.output, axes); });
}

Value in_other_shape(Grower& g, const Value& x) {
  const Shape to = reshaped(g.draws, x.spec.shape);
  std::vector<std::int64_t> dims = dims_of(to);
  if (!dims.empty() && to.num_elements() > 0 && g.draws.one_in(2))
    dims[g.draws.below(dims.size())] = Shape::unknown;
  return g.add({x.spec.dtype, to}, {x}, [=] { return reshape(x.output, Shape(dims)); });
}

void grow_moves(Grower& g) {
  Value x = g.any();
  for (std::size_t moves = 1 + g.draws.below(3); moves > 0; --moves)
    x = g.draws.one_in(2) ? transposed(g, x) : in_other_shape(g, x);
}

void grow_reshape_like(Grower& g) {
  const Value x = g.any();
  const Shape to = reshaped(g.draws, x.spec.shape);
  const Value like = g.of({g.dtype(), to});
  g.add({x.spec.dtype, to}, {x, like}, [=] { return reshape_like(x.output, like.output); });
}

void grow_sizes(Grower& g) {
  const Value x = g.any();
  const std::size_t rank = x.spec.shape.rank();
  const auto dimensions = static_cast<std::int64_t>(rank);
  if (g.draws.one_in(2)) {
    g.add({DType::i64, {dimensions}}, {x}, [=] { return shape(x.output); });
  } else if (rank == 0 || g.draws.one_in(2)) {
    g.add({DType::i64, {}}, {x}, [=] { return size(x.output); });
  } else {
    const auto axis = static_cast<std::int64_t>(g.draws.below(rank));
    g.add({DType::i64, {}}, {x}, [=] { return size(x.output, {axis}); });
  }
}

/// One value throughout.
void grow_uniform(Grower& g) {
  const Value like = g.any();
  const Shape shape = narrower(g.draws, like.spec.shape);
  const DType dtype = g.numeric();
  switch (g.draws.below(4)) {
    case 0:
      g.add({like.spec.dtype, like.spec.shape}, {like}, [=] { return zeros_like(like.output); });
      return;
    case 1:
      g.add({like.spec.dtype, like.spec.shape}, {like}, [=] { return ones_like(like.output); });
      return;
    case 2:
      g.add({dtype, shape}, {}, [=, &g] { return zeros(g.graph, dtype, shape); });
      return;
    default:
      const double value = g.draws.of({1.0, -1.0, 2.0, 3.0});
      g.add({dtype, shape}, {}, [=, &g] { return fill(g.graph, dtype, shape, value); });
  }
}

void grow_identity(Grower& g) {
  const Value x = g.any();
  const bool stopped = g.draws.one_in(2);
  g.add(x.spec, {x}, [=] { return stopped ? stop_gradient(x.output) : identity(x.output); });
}

ReduceOptions any_axes(Grower& g, std::size_t rank) {
  ReduceOptions options{.keep_dims = g.draws.one_in(2)};
  if (g.draws.one_in(3)) return options;
  std::vector<std::int64_t> axes;
  if (rank > 0 && g.draws.one_in(2)) {  // the last or the first ones, as networks reduce
    const std::size_t count = 1 + g.draws.below(rank);
    const bool last = g.draws.one_in(2);
    for (std::size_t i = 0; i < count; ++i)
      axes.push_back(static_cast<std::int64_t>(last ? rank - 1 - i : i));
  } else {
    for (const std::size_t axis : g.draws.permutation(rank))
      if (g.draws.one_in(2)) axes.push_back(static_cast<std::int64_t>(axis));
  }
  options.axes = axes;
  return options;
}

Shape reduced(const Shape& shape, const ReduceOptions& options) {
  std::vector<std::int64_t> dims;
  for (std::size_t i = 0; i < shape.rank(); ++i) {
    const auto& axes = options.axes.list();
    const bool gone = !axes || std::ranges::count(*axes, static_cast<std::int64_t>(i)) > 0;
    if (!gone || options.keep_dims) dims.push_back(gone ? 1 : shape[i]);
  }
  return Shape(dims);
}

void grow_reduction(Grower& g) { reduce_any(g, g.numeric_value()); }

}  // namespace

Value reduce_any(Grower& g, const Value& x) {
  enum Kind { sum, mean, max, min };
  const ReduceOptions options = any_axes(g, x.spec.shape.rank());
  Kind kind = g.draws.of({sum, sum, mean, mean, max, min});
  if (kind == mean && !is_floating(x.spec.dtype)) kind = sum;
  if (kind > mean && x.spec.shape.num_elements() == 0) kind = sum;  // nothing has no extreme
  return g.add({x.spec.dtype, reduced(x.spec.shape, options)}, {x}, [=] {
    if (kind == sum) return reduce_sum(x.output, options);
    if (kind == mean) return reduce_mean(x.output, options);
    return kind == max ? reduce_max(x.output, options) : reduce_min(x.output, options);
  });
}

std::vector<Growth> array_growth() {
  return {grow_broadcast,    grow_sum_like, grow_expansion, grow_moves,   grow_moves,
          grow_reshape_like, grow_sizes,    grow_uniform,   grow_identity};
}

std::vector<Growth> reduction_growth() {
  return {grow_reduction, grow_reduction, grow_reduction, grow_reduction};
}

}  // namespace deft::digest
