#pragma once

#include <cstdint>
#include <string>
#include <vector>

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
      reduce_sum_row(),
  };
}

}  // namespace deft
