#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <deft/ops/diagonal.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>

#include "runtime/graphs/gradient_table/array.hpp"
#include "runtime/graphs/gradient_table/row.hpp"

namespace deft {

/// Inputs of these shapes.
inline std::vector<Tensor> spreads(const std::vector<Shape>& shapes) {
  std::vector<Tensor> all;
  for (const Shape& shape : shapes)
    all.push_back(spread(shape, -1, 1, static_cast<int>(all.size())));
  return all;
}

inline GradientRow concat_row() {
  const auto along = [](std::int64_t axis) {
    return [axis](const std::vector<Output>& xs) { return concat(xs, axis); };
  };
  return {"concat",
          {{"rows", spreads({{2, 3}, {1, 3}, {2, 3}}), along(0)},
           {"columns", spreads({{2, 1}, {2, 3}, {2, 0}}), along(-1)},
           {"planes", spreads({{2, 1, 2}, {2, 2, 2}}), along(1)},
           {"one", spreads({{3}}), along(0)},
           {"one twice", spreads({{3}}), [](const std::vector<Output>& xs) {
              return concat({xs[0], xs[0] * 2}, 0);
            }}}};
}

/// What of the parts is used, and how often, differs.
inline Output uneven(const std::vector<Output>& parts) {
  return parts[0] * parts.back() + 3 * parts[0];
}

inline std::vector<GradientRow> split_rows() {
  return {{"split",
           {changed({2, 6}, [](const Output& x) { return uneven(split(x, 3, 1)); }),
            changed({4, 2},
                    [](const Output& x) {
                      return uneven(split(x, {1, 2, 1}));
                    }),
            changed({3, 2},
                    [](const Output& x) {
                      return split(x, {2, 1})[0];
                    }),
            changed({3, 2}, [](const Output& x) { return split(x, 1)[0]; })}},
          {"split_like",
           {{"three", spreads({{4, 2}, {1, 5}, {2, 1}, {1, 1}}),
             [](const std::vector<Output>& xs) {
               return uneven(split_like(xs[0], {xs[1], xs[2], xs[3]}, 0));
             }},
            {"one", spreads({{3}, {3}}),
             [](const std::vector<Output>& xs) { return split_like(xs[0], {xs[1]}, -1)[0]; }}}}};
}

inline std::vector<std::vector<Slice>> slices_of_5_by_4() {
  return {{},
          {{1, 4}},
          {{}, {.step = -1}},
          {{.step = -2}, {-3, -1}},
          {{4, 0, -3}, {.step = 3}},
          {{2, 3}, {-1}},
          {{3, 3}},
          {{.step = -1}, {.step = -1}}};
}

inline std::vector<GradientRow> slice_rows() {
  GradientRow row{"slice", {}};
  GradientRow reverse_row{"unslice", {}};
  for (const std::vector<Slice>& slices : slices_of_5_by_4()) {
    row.cases.push_back(changed({5, 4}, [=](const Output& x) { return slice(x, slices); }));
    const Graph graph;
    const Shape part = slice(placeholder(graph, DType::f64, {5, 4}), slices).shape();
    reverse_row.cases.push_back(
        {part.to_string(), spreads({part, {5, 4}}),
         [=](const std::vector<Output>& xs) { return unslice(xs[0], xs[1], slices); }});
  }
  row.cases.push_back(changed({2, 3, 2}, [](const Output& x) { return reverse(x, {0, -1}); }));
  return {std::move(row), std::move(reverse_row)};
}

inline GradientRow pad_row() {
  GradientRow row{"pad", {}};
  for (const PadMode mode :
       {PadMode::constant, PadMode::edge, PadMode::reflect, PadMode::symmetric, PadMode::wrap})
    for (const Paddings& paddings :
         {Paddings{{1, 2}, {0, 1}}, Paddings{{0, 0}, {2, 0}}, Paddings{{2, 2}, {2, 2}}})
      row.cases.push_back(changed(
          {3, 3}, [=](const Output& x) { return pad(x, paddings, {.mode = mode, .value = 0.5}); }));
  row.cases.push_back(changed({1}, [](const Output& x) {
    return pad(x, {{3, 2}}, {.mode = PadMode::edge});
  }));
  row.cases.push_back(changed({2, 3}, [](const Output& x) {
    return pad(x, {{5, 0}, {1, 7}}, {.mode = PadMode::wrap});
  }));
  row.cases.push_back(changed({0, 2}, [](const Output& x) { return pad(x, {{1, 1}, {0, 1}}); }));
  return row;
}

inline GradientRow tile_row() {
  GradientRow row{"tile", {}};
  const std::vector<std::pair<Shape, std::vector<std::int64_t>>> cases = {
      {{2, 3}, {2, 3}}, {{2, 3}, {1, 2}}, {{3}, {1}},
      {{3}, {0}},       {{}, {}},         {{2, 1, 1, 1, 1, 1, 1, 2}, {2, 1, 1, 1, 1, 1, 1, 3}}};
  for (const auto& [shape, repetitions] : cases)
    row.cases.push_back(
        changed(shape, [of = repetitions](const Output& x) { return tile(x, of); }));
  return row;
}

inline GradientRow roll_row() {
  return {"roll",
          {changed({2, 5}, [](const Output& x) { return roll(x, 2, 1); }),
           changed({3, 2}, [](const Output& x) { return roll(x, -4, 0); }),
           changed({3}, [](const Output& x) { return roll(x, 3, -1); })}};
}

inline std::vector<GradientRow> diagonal_rows() {
  GradientRow part{"diag_part", {}};
  GradientRow like{"diag_like", {}};
  GradientRow lower{"tril", {}};
  GradientRow upper{"triu", {}};
  for (const auto& [shape, diagonal] : std::vector<std::pair<Shape, Shape>>{
           {{3, 3}, {3}}, {{2, 3}, {2}}, {{3, 2}, {2}}, {{2, 2, 3}, {2, 2}}, {{0, 2}, {0}}}) {
    part.cases.push_back(changed(shape, [](const Output& x) { return diag_part(x); }));
    like.cases.push_back(like_case(diag_like, diagonal, shape));
    for (const std::int64_t k : {0, 1, -1}) {
      lower.cases.push_back(changed(shape, [=](const Output& x) { return tril(x, k); }));
      upper.cases.push_back(changed(shape, [=](const Output& x) { return triu(x, k); }));
    }
  }
  return {{"diag",
           {changed({3}, [](const Output& x) { return diag(x); }),
            changed({2, 2}, [](const Output& x) { return diag(x); })}},
          std::move(part),
          std::move(like),
          std::move(lower),
          std::move(upper)};
}

inline std::vector<GradientRow> movement_rows() {
  std::vector<GradientRow> rows = {
      concat_row(),
      pad_row(),
      roll_row(),
      tile_row(),
      {"range",
       {changed({3}, [](const Output& x) { return x * range(x.graph(), x.dtype(), 0, 3); })}},
      {"range_like",
       {changed({2, 3}, [](const Output& x) { return x * cast(range_like(x, 1), x.dtype()); })}},
  };
  for (auto& more : {split_rows(), slice_rows(), diagonal_rows()})
    rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

}  // namespace deft
