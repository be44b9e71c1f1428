#include <algorithm>

#include "families.hpp"
#include "values.hpp"

namespace deft::digest {
namespace {

struct Reduction {
  const char* name;
  Output (*apply)(const Output&, const ReduceOptions&);
  bool floating;  // of floating dtypes only
};

constexpr Reduction all_reductions[] = {
    {"sum", [](const Output& x, const ReduceOptions& over) { return reduce_sum(x, over); }, false},
    {"mean", [](const Output& x, const ReduceOptions& over) { return reduce_mean(x, over); }, true},
    {"max", [](const Output& x, const ReduceOptions& over) { return reduce_max(x, over); }, false},
    {"min", [](const Output& x, const ReduceOptions& over) { return reduce_min(x, over); }, false},
};

/// All axes, each axis, the first ones and the last ones.
std::vector<std::vector<std::int64_t>> axes_of(std::size_t rank) {
  const auto end = static_cast<std::int64_t>(rank);
  std::vector<std::vector<std::int64_t>> all;
  for (std::int64_t first = 0; first < end; ++first) {
    std::vector<std::int64_t> axes;
    for (std::int64_t last = first; last < end; ++last) {
      axes.push_back(last);
      if (first == 0 || last + 1 == end || last == first) all.push_back(axes);
    }
  }
  if (rank == 0) all.push_back({});
  return all;
}

/// A reduction by itself, over what is fused with it, applied again to each element; its gradient.
void add_uses(std::vector<Output>& results, const Reduction& reduction, const Output& x,
              const Output& y, const std::vector<std::int64_t>& axes) {
  results.push_back(reduction.apply(x, {.axes = axes}));
  results.push_back(reduction.apply(x * y - x, {.axes = axes}));
  const Output kept = reduction.apply(x, {.axes = axes, .keep_dims = true});
  results.push_back((x - kept) * y);
  if (!is_floating(x.dtype())) return;
  const Output weighted = reduce_sum(reduction.apply(square(x) + y, {.axes = axes}) * 0.5);
  results.push_back(gradients(weighted, {x}).at(0));
}

Subject reduced(const Reduction& reduction, DType dtype, const Shape& shape) {
  Draws draws(7);
  const Graph graph;
  std::vector<Output> results;
  for (const Values values : {Values::uniform, Values::special}) {
    const Output x = variable(graph, tensor_of(draws, {dtype, shape}, values));
    const Output y = variable(graph, tensor_of(draws, {dtype, shape}, values));
    for (const std::vector<std::int64_t>& axes : axes_of(shape.rank()))
      add_uses(results, reduction, x, y, axes);
  }
  return fetched(reduction.name + (" " + shape.to_string()), graph, results);
}

/// Sums and means over nothing, and of no rows.
Subject empty(DType dtype) {
  const Graph graph;
  std::vector<Output> results;
  for (const Shape& shape : {Shape{0}, Shape{0, 5}, Shape{5, 0}, Shape{3, 0, 2}}) {
    const Output x = variable(graph, Tensor::zeros(dtype, shape));
    for (const std::vector<std::int64_t>& axes : axes_of(shape.rank())) {
      results.push_back(reduce_sum(x + 1, {.axes = axes}));
      if (is_floating(dtype)) results.push_back(reduce_mean(x * 2, {.axes = axes}));
    }
  }
  return fetched("empty", graph, results);
}

Family reductions_of(DType dtype) {
  const Shape shapes[] = {{},        {1},       {7},         {1000},      {20'001},   {1, 1000},
                          {1000, 1}, {33, 65},  {1025, 3},   {3, 1025},   {520, 100}, {9, 1000},
                          {40, 256}, {600, 10}, {17, 4, 33}, {2, 3, 4, 5}};
  std::vector<std::function<Subject()>> makes;
  for (const Reduction& reduction : all_reductions)
    for (const Shape& shape : shapes)
      if (!reduction.floating || is_floating(dtype))
        makes.push_back([=] { return reduced(reduction, dtype, shape); });
  makes.push_back([=] { return empty(dtype); });
  return {"reductions_" + std::string(to_string(dtype)), makes.size(),
          [makes](std::size_t index) { return makes[index](); }};
}

}  // namespace

std::vector<Family> reductions() {
  std::vector<Family> families;
  for (const DType dtype : {DType::f32, DType::f64, DType::i32, DType::i64})
    families.push_back(reductions_of(dtype));
  return families;
}

}  // namespace deft::digest
