#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/builtins.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/ordering.hpp>
#include <deft/ops/reduce.hpp>

#include "runtime/graphs/gradient_table/array.hpp"
#include "runtime/graphs/gradient_table/row.hpp"

namespace deft {

/// Steps are smaller than the distance of any two elements, so that their order does not vary.
inline std::vector<GradientRow> order_rows() {
  return {
      {"argmax",
       {changed({2, 3},
                [](const Output& x) {
                  return x * (1.5 + cast(argmax(x, 1, {.keep_dims = true}), x.dtype()));
                })}},
      {"argmin",
       {changed({2, 3},
                [](const Output& x) { return x * (1.5 + cast(argmin(x, 0), x.dtype())); })}},
      {"argsort",
       {changed({2, 3}, [](const Output& x) { return x * (1.5 + cast(argsort(x), x.dtype())); }),
        changed({2, 3}, [](const Output& x) { return sort(x); }),
        changed({3, 2}, [](const Output& x) { return sort(x, {.axis = 0, .descending = true}); })}},
      {"top_k",
       {changed({2, 5}, [](const Output& x) { return top_k(x, 3).values; }),
        changed({4, 2}, [](const Output& x) { return top_k(x, 2, {.axis = 0}).values; }),
        changed({3},
                [](const Output& x) {
                  const auto [values, indices] = top_k(x, 3);
                  return values * (1.5 + cast(indices, x.dtype()));
                })}},
  };
}

using Cumulative = Output (*)(const Output&, std::int64_t, const CumulativeOptions&);

inline GradientRow cumulative_row(std::string_view op, Cumulative cumulative) {
  GradientRow row{op, {}};
  for (const bool exclusive : {false, true})
    for (const bool reverse : {false, true})
      for (const std::int64_t axis : {0, -1})
        row.cases.push_back(changed({2, 3}, [=](const Output& x) {
          return cumulative(x, axis, {.exclusive = exclusive, .reverse = reverse});
        }));
  return row;
}

/// With no, one and several zeros.
inline GradientRow cumprod_row() {
  GradientRow row = cumulative_row("cumprod", cumprod);
  for (const Tensor& x : {Tensor{0.5, 0.0, -1.5, 0.75}, Tensor{0.0, 2.0, 0.0, 0.75}, Tensor{0.0}})
    for (const bool exclusive : {false, true})
      row.cases.push_back({"zeros", {x}, [exclusive](const std::vector<Output>& xs) {
                             return cumprod(xs[0], 0, {.exclusive = exclusive});
                           }});
  return row;
}

/// It stands in gradients of cumprod alone.
inline GradientRow linear_recurrence_row() {
  GradientRow row{"linear_recurrence", {}};
  for (const bool reverse : {false, true})
    for (const std::int64_t axis : {0, 1})
      row.cases.push_back(
          {axis == 0 ? "columns" : "rows",
           {spread({3, 4}, -1, 1, 1), spread({3, 4}, -1, 1, 2)},
           [=](const std::vector<Output>& xs) {
             const auto all = builtin_ops();
             const OpDef& op = **std::ranges::find(all, "linear_recurrence", &OpDef::name);
             return Output(xs[0].graph().add(op, xs, {{"axis", axis}, {"reverse", reverse}}, {}));
           }});
  return row;
}

inline std::vector<GradientRow> ordering_rows() {
  std::vector<GradientRow> rows = order_rows();
  rows.push_back(cumulative_row("cumsum", cumsum));
  rows.push_back(cumprod_row());
  rows.push_back(linear_recurrence_row());
  return rows;
}

}  // namespace deft
