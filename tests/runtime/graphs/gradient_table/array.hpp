#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "runtime/graphs/gradient_table/row.hpp"

namespace deft {

/// An input of `shape`, under a change of its shape or dtype.
inline GradientCase changed(const Shape& shape, const std::function<Output(const Output&)>& change,
                            bool known_shapes_only = false) {
  return {shape.to_string(),
          {spread(shape, -1, 1)},
          [change](const std::vector<Output>& xs) { return change(xs[0]); },
          known_shapes_only};
}

inline GradientRow reshape_row() {
  GradientRow row{"reshape", {}};
  const std::vector<std::pair<Shape, Shape>> shapes = {
      {{2, 3}, {3, 2}}, {{2, 3}, {6}}, {{2, 3}, {Shape::unknown, 2}},
      {{}, {1, 1}},     {{1}, {}},     {{0, 3}, {0}}};
  for (const auto& [from, to] : shapes)
    row.cases.push_back(changed(from, [to = to](const Output& x) { return reshape(x, to); }));
  return row;
}

inline GradientRow expand_dims_row() {
  GradientRow row{"expand_dims", {}};
  for (const std::int64_t axis : {0, 1, 2, -1, -3})
    row.cases.push_back(changed({2, 3}, [=](const Output& x) { return expand_dims(x, axis); }));
  return row;
}

inline GradientRow squeeze_row() {
  return {"squeeze",
          {changed(
               {1, 3, 1}, [](const Output& x) { return squeeze(x); }, true),
           changed({1, 3, 1}, [](const Output& x) { return squeeze(x, {0}); }),
           changed({1, 3, 1}, [](const Output& x) {
             return squeeze(x, {-1, 0});
           })}};
}

inline GradientRow transpose_row() {
  const std::vector<Axes> permutations = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0},
                                          {2, 0, 1}, {2, 1, 0}, {},        {-1, 0, -2}};
  GradientRow row{"transpose", {}};
  for (const Axes& axes : permutations)
    row.cases.push_back(changed({2, 3, 2}, [=](const Output& x) { return transpose(x, axes); }));
  for (const Shape& shape : {Shape{}, Shape{3}, Shape{3, 3}, Shape{0, 2}})
    row.cases.push_back(changed(shape, [](const Output& x) { return transpose(x); }));
  return row;
}

/// Steps are taken between integers, where an integer does not vary.
inline GradientRow cast_row() {
  return {"cast",
          {changed({2, 3}, [](const Output& x) { return cast(x, DType::f64); }),
           changed({2, 3}, [](const Output& x) { return cast(cast(x, DType::f32), DType::f64); }),
           changed({2, 3},
                   [](const Output& x) { return x * cast(cast(3 * x, DType::i32), x.dtype()); }),
           changed({2, 3},
                   [](const Output& x) { return x + cast(cast(x, DType::boolean), x.dtype()); })}};
}

/// The smaller and the larger shape of one broadcast.
inline std::vector<std::pair<Shape, Shape>> repetitions() {
  return {{{}, {2, 3}},     {{3}, {2, 3}},    {{2, 1}, {2, 3}},
          {{1, 1}, {2, 3}}, {{2, 3}, {2, 3}}, {{3, 1}, {2, 3, 2}},
          {{1, 2}, {0, 2}}, {{}, {}},         {{2, 1, 2}, {2, 2, 2}}};
}

inline GradientRow broadcast_to_row() {
  GradientRow row{"broadcast_to", {}};
  for (const auto& [small, large] : repetitions())
    row.cases.push_back(
        changed(small, [to = large](const Output& x) { return broadcast_to(x, to); }));
  return row;
}

using Like = Output (*)(const Output& x, const Output& like, const NodeOptions&);

/// Only the shape of the second input matters: its gradient is zero.
inline GradientCase like_case(Like f, const Shape& x, const Shape& like) {
  return {x.to_string() + " like " + like.to_string(),
          {spread(x, -1, 1, 1), spread(like, -1, 1, 2)},
          [f](const std::vector<Output>& xs) { return f(xs[0], xs[1], {}); }};
}

inline std::vector<GradientRow> like_rows() {
  GradientRow broadcast{"broadcast_like", {}};
  GradientRow sum{"sum_like", {}};
  for (const auto& [small, large] : repetitions()) {
    broadcast.cases.push_back(like_case(broadcast_like, small, large));
    sum.cases.push_back(like_case(sum_like, large, small));
  }
  return {std::move(broadcast),
          std::move(sum),
          {"reshape_like",
           {like_case(reshape_like, {2, 3}, {3, 2}), like_case(reshape_like, {4}, {2, 2}),
            like_case(reshape_like, {1, 1}, {}), like_case(reshape_like, {0, 2}, {3, 0})}}};
}

/// Operations of which only a shape comes through: their own gradient is zero.
inline std::vector<GradientRow> shape_rows() {
  return {
      {"ones_like", {changed({2, 3}, [](const Output& x) { return x * ones_like(x); })}},
      {"shape", {changed({3, 2}, [](const Output& x) { return x * cast(shape(x), x.dtype()); })}},
      {"size",
       {changed({3, 2}, [](const Output& x) { return x * cast(size(x), x.dtype()); }),
        changed({3, 2}, [](const Output& x) { return x * cast(size(x, {1}), x.dtype()); })}},
      {"zeros_like", {changed({2, 3}, [](const Output& x) { return x + zeros_like(x); })}},
  };
}

inline GradientRow where_row() {
  GradientRow row{"where", {}};
  const std::vector<std::pair<Shape, Shape>> shapes = {
      {{2, 3}, {2, 3}}, {{2, 3}, {3}}, {{3}, {2, 1}}, {{}, {2, 3}}, {{2, 1}, {}}, {{}, {}}};
  const Tensor mask = Tensor::from<bool>({2, 3}, {true, false, false, true, true, false});
  for (const auto& [x, y] : shapes)
    row.cases.push_back({x.to_string() + " or " + y.to_string(),
                         {spread(x, -1, 1, 1), spread(y, -1, 1, 2)},
                         [mask](const std::vector<Output>& xs) {
                           return where(constant(xs[0].graph(), mask), xs[0], xs[1]);
                         }});
  row.cases.push_back(
      changed({2, 3}, [](const Output& x) { return where(greater(x, 0.1), x, 2.5); }));
  row.cases.push_back(
      changed({2, 3}, [](const Output& x) { return where(greater(x, 0.1), 2, x * x); }));
  row.cases.push_back(
      {"a condition that broadcasts",
       {spread({2}, -1, 1, 1), spread({2}, -1, 1, 2), spread({2, 1}, -1, 1, 3)},
       [](const std::vector<Output>& xs) { return where(greater(xs[2], 0), xs[0], xs[1]); }});
  return row;
}

inline std::vector<GradientRow> array_rows() {
  std::vector<GradientRow> rows = {
      broadcast_to_row(),
      cast_row(),
      expand_dims_row(),
      reshape_row(),
      squeeze_row(),
      transpose_row(),
      where_row(),
      {"identity", {changed({2, 3}, [](const Output& x) { return identity(x); })}},
      {"stop_gradient",
       {changed({2, 3}, [](const Output& x) { return stop_gradient(x); })},
       Verdict::zero},
  };
  for (auto& more : {like_rows(), shape_rows()}) rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

}  // namespace deft
