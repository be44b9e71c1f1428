#pragma once

#include <vector>

#include <deft/ops/array.hpp>
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

inline GradientRow cumsum_row() {
  GradientRow row{"cumsum", {}};
  for (const bool exclusive : {false, true})
    for (const bool reverse : {false, true})
      for (const std::int64_t axis : {0, -1})
        row.cases.push_back(changed({2, 3}, [=](const Output& x) {
          return cumsum(x, axis, {.exclusive = exclusive, .reverse = reverse});
        }));
  return row;
}

inline std::vector<GradientRow> ordering_rows() {
  std::vector<GradientRow> rows = order_rows();
  rows.push_back(cumsum_row());
  return rows;
}

}  // namespace deft
