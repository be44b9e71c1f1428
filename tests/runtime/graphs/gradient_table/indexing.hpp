#pragma once

#include <utility>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>

#include "runtime/graphs/gradient_table/array.hpp"
#include "runtime/graphs/gradient_table/row.hpp"

namespace deft {

using Indexed = std::function<Output(const Output& x, const Output& indices)>;
using Added = std::function<Output(const Output& x, const Output& indices, const Output& updates)>;

/// An input of `shape` of which constant indices take something.
inline GradientCase taken(const Shape& shape, const Tensor& indices, const Indexed& take) {
  return changed(
      shape, [indices, take](const Output& x) { return take(x, constant(x.graph(), indices)); });
}

/// Updates that are added to an input where constant indices say.
inline GradientCase added(const Shape& shape, const Tensor& indices, const Shape& updates,
                          const Added& add) {
  return {shape.to_string() + " and " + updates.to_string(),
          {spread(shape, -1, 1, 1), spread(updates, -1, 1, 2)},
          [indices, add](const std::vector<Output>& xs) {
            return add(xs[0], constant(xs[0].graph(), indices), xs[1]);
          }};
}

inline Indexed gather_along(std::int64_t axis) {
  return [axis](const Output& x, const Output& i) { return gather(x, i, {.axis = axis}); };
}

inline Added scatter_along(std::int64_t axis) {
  return [axis](const Output& x, const Output& i, const Output& u) {
    return scatter_add(x, i, u, {.axis = axis});
  };
}

inline std::vector<GradientRow> gather_rows() {
  const Tensor repeated{2, 0, 2};
  const Tensor matrix{{1L, 0L}, {1L, 1L}};
  return {{"gather",
           {taken({3}, repeated, gather_along(0)), taken({3, 2}, repeated, gather_along(0)),
            taken({2, 3}, repeated, gather_along(-1)), taken({2, 2, 2}, matrix, gather_along(1)),
            taken({3, 2}, Tensor::scalar(1), gather_along(0)),
            taken({3, 2}, Tensor::zeros(DType::i32, {0}), gather_along(0)),
            changed({3},
                    [](const Output& x) { return gather(x, cast(greater(x, 0.1), DType::i32)); })}},
          {"scatter_add",
           {added({3}, repeated, {3}, scatter_along(0)),
            added({3, 2}, repeated, {3, 2}, scatter_along(0)),
            added({2, 3}, repeated, {2, 3}, scatter_along(1)),
            added({2, 2}, matrix, {2, 2, 2}, scatter_along(-1)),
            added({0, 3}, Tensor::zeros(DType::i64, {0}), {0, 3}, scatter_along(0))}}};
}

inline std::vector<GradientRow> gather_nd_rows() {
  const Tensor pairs{{1, 0}, {0, 2}, {1, 0}};
  const Tensor rows{{1L}, {1L}, {0L}};
  return {{"gather_nd",
           {taken({2, 3}, pairs, [](const Output& x, const Output& i) { return gather_nd(x, i); }),
            taken({2, 3}, rows, [](const Output& x, const Output& i) { return gather_nd(x, i); }),
            taken({2}, Tensor::zeros(DType::i32, {2, 0}),
                  [](const Output& x, const Output& i) { return gather_nd(x, i); })}},
          {"scatter_nd_add",
           {added({2, 3}, pairs, {3},
                  [](const Output& x, const Output& i, const Output& u) {
                    return scatter_nd_add(x, i, u);
                  }),
            added({2, 3}, rows, {3, 3},
                  [](const Output& x, const Output& i, const Output& u) {
                    return scatter_nd_add(x, i, u);
                  }),
            added({2}, rows, {3}, [](const Output& x, const Output& i, const Output& u) {
              return scatter_nd(i, u, {2}) * x;
            })}}};
}

inline Indexed take_along(std::int64_t axis) {
  return [axis](const Output& x, const Output& i) { return take_along_axis(x, i, axis); };
}

inline Added add_along(std::int64_t axis) {
  return [axis](const Output& x, const Output& i, const Output& u) {
    return add_along_axis(x, i, u, axis);
  };
}

/// The last cases of each broadcast: indices to x, and x to indices.
inline std::vector<GradientRow> along_axis_rows() {
  const Tensor two_each{{2, 0}, {1, 1}};
  const Tensor for_all{{1L, 0L, 1L}};
  return {{"take_along_axis",
           {taken({2, 3}, two_each, take_along(1)), taken({3, 2}, two_each, take_along(-2)),
            taken({3}, Tensor{2, 2, 0}, take_along(0)), taken({2, 2}, for_all, take_along(1)),
            taken({1, 3}, two_each, take_along(1))}},
          {"add_along_axis",
           {added({2, 3}, two_each, {2, 2}, add_along(1)),
            added({3, 2}, two_each, {2, 2}, add_along(0)),
            added({3}, Tensor{2, 2, 0}, {3}, add_along(-1)),
            added({2, 2}, for_all, {2, 3}, add_along(1)),
            added({1, 3}, two_each, {2, 2}, add_along(1))}}};
}

inline Added scatter_elements_along(std::int64_t axis, ScatterReduction reduction) {
  return [=](const Output& x, const Output& i, const Output& u) {
    return scatter_elements(x, i, u, axis, reduction);
  };
}

inline Added scatter_tuples(ScatterReduction reduction) {
  return [reduction](const Output& x, const Output& i, const Output& u) {
    return scatter_nd_reduce(x, i, u, reduction);
  };
}

/// Indices are fewer than elements, and repeated.
inline std::vector<GradientRow> element_rows() {
  const Tensor two_each{{2, 0}, {1, 1}};
  const Tensor three{{1L, 0L, 1L}};
  const auto take = [](std::int64_t axis) {
    return [axis](const Output& x, const Output& i) { return gather_elements(x, i, axis); };
  };
  GradientRow scattered{"scatter_elements", {}};
  for (const ScatterReduction reduction : {ScatterReduction::update, ScatterReduction::add,
                                           ScatterReduction::maximum, ScatterReduction::minimum}) {
    scattered.cases.push_back(
        added({2, 3}, two_each, {2, 2}, scatter_elements_along(1, reduction)));
    scattered.cases.push_back(
        added({3, 4}, two_each, {2, 2}, scatter_elements_along(-2, reduction)));
    scattered.cases.push_back(added({2, 2}, three, {1, 3}, scatter_elements_along(1, reduction)));
  }
  const Added product = scatter_elements_along(1, ScatterReduction::multiply);
  return {
      {"gather_elements",
       {taken({2, 3}, two_each, take(1)), taken({3, 4}, two_each, take(-2)),
        taken({2, 2}, three, take(1))}},
      std::move(scattered),
      {"scatter_elements_multiply", {added({2, 3}, two_each, {2, 2}, product)}, Verdict::refused}};
}

inline std::vector<GradientRow> scatter_nd_rows() {
  const Tensor pairs{{1, 0}, {0, 2}, {1, 0}};
  const Tensor rows{{1L}, {1L}, {0L}};
  GradientRow scattered{"scatter_nd_reduce", {}};
  for (const ScatterReduction reduction :
       {ScatterReduction::update, ScatterReduction::maximum, ScatterReduction::minimum}) {
    scattered.cases.push_back(added({2, 3}, pairs, {3}, scatter_tuples(reduction)));
    scattered.cases.push_back(added({2, 3}, rows, {3, 3}, scatter_tuples(reduction)));
  }
  return {std::move(scattered),
          {"scatter_nd_multiply",
           {added({2, 3}, pairs, {3}, scatter_tuples(ScatterReduction::multiply))},
           Verdict::refused}};
}

/// Steps are taken between integers, where indices do not vary.
inline GradientRow one_hot_row() {
  return {"one_hot",
          {changed({2, 3},
                   [](const Output& x) {
                     const Output index = cast(greater(x, 0.1), DType::i64);
                     return one_hot(index, 2, {.dtype = DType::f64}) * expand_dims(x, -1);
                   }),
           changed({3}, [](const Output& x) {
             const Output index = cast(greater(x, 0.1), DType::i32);
             return one_hot(index, 2, {.dtype = DType::f64, .on = 3, .off = 0.5, .axis = 0}) * x;
           })}};
}

inline std::vector<GradientRow> indexing_rows() {
  std::vector<GradientRow> rows = {one_hot_row()};
  for (auto& more :
       {gather_rows(), gather_nd_rows(), along_axis_rows(), element_rows(), scatter_nd_rows()})
    rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

}  // namespace deft
