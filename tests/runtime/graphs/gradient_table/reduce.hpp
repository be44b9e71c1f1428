#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <deft/core/op_def.hpp>
#include <deft/ops/builtins.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "runtime/graphs/gradient_table/row.hpp"

namespace deft {

using Reduce = Output (*)(const Output&, const ReduceOptions&);

/// Every axis and pair of axes, counted from either end, none and all; of a scalar, too.
inline std::vector<GradientCase> reduce_cases(Reduce reduce) {
  const std::vector<Axes> choices = {
      {}, std::vector<std::int64_t>{}, {0}, {1}, {-1}, {0, 1}, {2, 0}, {-2, -1}, {2, 1, 0}};
  std::vector<GradientCase> cases;
  for (const bool keep_dims : {false, true}) {
    for (std::size_t choice = 0; choice < choices.size(); ++choice)
      cases.push_back(
          {"choice " + std::to_string(choice) + (keep_dims ? " of axes, kept" : " of axes"),
           {spread({2, 3, 2}, -1, 1)},
           [=, axes = choices[choice]](const std::vector<Output>& xs) {
             return reduce(xs[0], {.axes = axes, .keep_dims = keep_dims});
           }});
    cases.push_back({"a scalar", {spread({}, -1, 1)}, [=](const std::vector<Output>& xs) {
                       return reduce(xs[0], {.keep_dims = keep_dims});
                     }});
    cases.push_back({"no rows", {spread({0, 3}, -1, 1)}, [=](const std::vector<Output>& xs) {
                       return reduce(xs[0], {.axes = {1}, .keep_dims = keep_dims});
                     }});
  }
  return cases;
}

inline GradientRow reduce_sum_row() {
  GradientRow row{"reduce_sum", reduce_cases(reduce_sum)};
  row.cases.push_back({"over nothing", {spread({0, 3}, -1, 1)}, [](const std::vector<Output>& xs) {
                         return reduce_sum(xs[0], {.axes = {0}});
                       }});
  return row;
}

/// Without zeros, with one and with several of them.
inline GradientRow reduce_prod_row() {
  GradientRow row{"reduce_prod", reduce_cases([](const Output& x, const ReduceOptions& options) {
                    return reduce_prod(x + 1.5, options);
                  })};
  row.cases.push_back({"over nothing", {spread({0, 3}, -1, 1)}, [](const std::vector<Output>& xs) {
                         return reduce_prod(xs[0], {.axes = {0}});
                       }});
  for (const Tensor& x :
       {Tensor{{0.5, 0.0, -1.5}, {0.25, 2.0, 0.75}}, Tensor{{0.5, 0.0, 0.0}, {0.0, 2.0, 0.75}}})
    for (const Axes& axes : {Axes{}, Axes{0}, Axes{1}})
      row.cases.push_back({"zeros", {x}, [axes](const std::vector<Output>& xs) {
                             return reduce_prod(xs[0], {.axes = axes});
                           }});
  return row;
}

/// As it stands in a gradient, and alone with two tangents.
inline GradientRow prod_of_others_row() {
  const auto with_tangents = [](std::int64_t axis) {
    return [axis](const std::vector<Output>& xs) {
      const auto all = builtin_ops();
      const OpDef& op = **std::ranges::find(all, "prod_of_others", &OpDef::name);
      return Output(xs[0].graph().add(op, xs, {{"axis", axis}}, {}));
    };
  };
  const auto at = [](const Shape& shape) {
    return std::vector<Tensor>{spread(shape, -1, 1, 1), spread(shape, -1, 1, 2),
                               spread(shape, -1, 1, 3)};
  };
  return {
      "prod_of_others",
      {{"rows", at({2, 4}), with_tangents(1)},
       {"columns", at({3, 2}), with_tangents(-2)},
       {"one", at({1}), with_tangents(0)},
       {"zeros",
        {Tensor{0.0, 0.5, 0.0, -1.25}, spread({4}, -1, 1, 2), spread({4}, -1, 1, 3)},
        with_tangents(0)},
       {"of a product", {spread({2, 3}, -1, 1)}, [](const std::vector<Output>& xs) {
          return gradients(reduce_sum(square(reduce_prod(xs[0], {.axes = {1}}))), {xs[0]}).at(0);
        }}}};
}

/// Of one output, and of both under a function in which they meet.
inline GradientRow moments_row() {
  GradientRow row{"moments", reduce_cases([](const Output& x, const ReduceOptions& options) {
                    return moments(x, options).variance;
                  })};
  for (auto& of : reduce_cases(
           [](const Output&x, const ReduceOptions&options) { return moments(x, options).mean; }))
    row.cases.push_back(of);
  for (auto& of : reduce_cases([](const Output&x, const ReduceOptions&options) {
         const auto [mean, variance] = moments(x, options);
         return mean * variance;
       }))
    row.cases.push_back(of);
  return row;
}

inline std::vector<GradientRow> reduce_rows() {
  return {
      moments_row(),
      {"reduce_max", reduce_cases(reduce_max)},
      {"reduce_mean", reduce_cases(reduce_mean)},
      {"reduce_min", reduce_cases(reduce_min)},
      prod_of_others_row(),
      reduce_prod_row(),
      reduce_sum_row(),
  };
}

}  // namespace deft
