#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/reduce.hpp>

#include "runtime/graphs/gradient_table/linalg.hpp"

namespace deft {

/// Matrices as well_conditioned makes them, [count, m, n]; for 0, one [m, n]. `gap` is what a
/// diagonal element is more than the one before it: singular values and eigenvalues that lie apart
/// have vectors that vary slowly.
inline Tensor conditioned(std::int64_t count, std::int64_t m, std::int64_t n, double gap = 0,
                          int seed = 0) {
  const std::int64_t matrices = std::max<std::int64_t>(count, 1);
  Tensor batch = spread({matrices, m, n}, -0.25, 0.25, seed);
  const auto elements = batch.mutable_data<double>();
  for (std::int64_t i = 0; i < matrices; ++i)
    for (std::int64_t j = 0; j < std::min(m, n); ++j)
      elements[static_cast<std::size_t>(i * m * n + j * (n + 1))] +=
          2 + gap * static_cast<double>(j);
  return count == 0 ? batch.reshaped({m, n}) : batch;
}

/// Square matrices alone, in a batch, and of no elements.
inline std::vector<GradientCase> square_cases(double gap, const GradientCase::Build& build,
                                              const std::string& name = "") {
  std::vector<GradientCase> cases;
  for (const auto& [count, n] :
       {std::pair<std::int64_t, std::int64_t>{0, 3}, {2, 2}, {0, 1}, {0, 0}, {0, 4}})
    cases.push_back({name + std::to_string(count) + " of " + std::to_string(n),
                     {conditioned(count, n, n, gap)},
                     build});
  return cases;
}

inline void append(std::vector<GradientCase>& to, const std::vector<GradientCase>& cases) {
  to.insert(to.end(), cases.begin(), cases.end());
}

/// Two operands whose batches broadcast, under every combination of `count` flags.
template <class Build>
GradientRow solve_row(const char* op, int count, const Build& build) {
  GradientRow row{op, {}};
  const std::pair<Shape, Shape> shapes[] = {{{3, 3}, {3, 2}},          {{1, 1}, {1, 1}},
                                            {{2, 2, 2}, {2, 2, 1}},    {{2, 2}, {2, 2, 1}},
                                            {{2, 1, 2, 2}, {2, 2, 1}}, {{0, 0}, {0, 2}}};
  for (const auto& [a, b] : shapes)
    for (int flags = 0; flags < 1 << count; ++flags) {
      const std::int64_t n = a.dims().back();
      const std::int64_t matrices = n == 0 ? 1 : a.num_elements() / (n * n);
      row.cases.push_back(
          {a.to_string() + " " + b.to_string() + " " + std::to_string(flags),
           {conditioned(matrices, n, n).reshaped(a), spread(b, -1, 1, 3)},
           [build, flags](const std::vector<Output>& xs) { return build(xs[0], xs[1], flags); }});
    }
  return row;
}

inline GradientRow triangular_solve_row() {
  return solve_row("triangular_solve", 3, [](const Output& a, const Output& b, int flags) {
    return triangular_solve(a, b,
                            {.lower = (flags & 1) != 0,
                             .transpose = (flags & 2) != 0,
                             .unit_diagonal = (flags & 4) != 0});
  });
}

inline GradientRow equations_row() {
  return solve_row("solve", 1, [](const Output& a, const Output& b, int flags) {
    return solve(a, b, {.transpose = flags != 0});
  });
}

inline GradientRow eigh_row() {
  using Xs = std::vector<Output>;
  GradientRow row{"eigh", {}};
  append(row.cases, square_cases(
                        1.5, [](const Xs& xs) { return eigh(xs[0]).vectors; }, "V "));
  append(row.cases, square_cases(
                        1.5, [](const Xs& xs) { return eigh(xs[0]).values; }, "l "));
  append(row.cases, square_cases(1.5, [](const Xs& xs) {
           const auto [values, vectors] = eigh(xs[0]);
           return vectors * expand_dims(values, -2);
         }));
  return row;
}

/// What is made of a decomposition of rectangular matrices.
template <class Build>
void append_rectangular(GradientRow& row, const std::string& name, const Build& build) {
  struct Size {
    std::int64_t count, m, n;
  };
  for (const auto& [count, m, n] : {Size{0, 3, 3},
                                    {0, 4, 2},
                                    {0, 2, 4},
                                    {2, 3, 2},
                                    {2, 2, 3},
                                    Size{0, 3, 1},
                                    {0, 1, 3},
                                    {0, 1, 1},
                                    {0, 3, 0},
                                    {0, 0, 2}})
    row.cases.push_back({name + " of " + std::to_string(count) + " " + std::to_string(m) + " x " +
                             std::to_string(n),
                         {conditioned(count, m, n, 1.5)},
                         [build](const std::vector<Output>& xs) { return build(xs[0]); }});
}

inline GradientRow svd_row() {
  GradientRow row{"svd", {}};
  append_rectangular(row, "u", [](const Output& a) { return svd(a).u; });
  append_rectangular(row, "s", [](const Output& a) { return svd(a).s; });
  append_rectangular(row, "v", [](const Output& a) { return svd(a).v; });
  append_rectangular(row, "all", [](const Output& a) {
    const auto [u, s, v] = svd(a);
    return matmul(u * expand_dims(square(s), -2), v, {.transpose_b = true});
  });
  return row;
}

inline GradientRow qr_row() {
  GradientRow row{"qr", {}};
  append_rectangular(row, "q", [](const Output& a) { return qr(a).q; });
  append_rectangular(row, "r", [](const Output& a) { return qr(a).r; });
  append_rectangular(row, "both", [](const Output& a) {
    const auto [q, r] = qr(a);
    return matmul(square(q), r);
  });
  return row;
}

inline std::vector<GradientRow> decomposition_rows() {
  using Xs = std::vector<Output>;
  return {
      {"cholesky", square_cases(0, [](const Xs& xs) { return cholesky(xs[0]); })},
      triangular_solve_row(),
      equations_row(),
      {"inverse", square_cases(0, [](const Xs& xs) { return inverse(xs[0]); })},
      {"det", square_cases(0, [](const Xs& xs) { return det(xs[0]); })},
      {"slogdet", square_cases(0,
                               [](const Xs& xs) {
                                 const auto [sign, log_abs_det] = slogdet(xs[0]);
                                 return sign * log_abs_det;
                               })},
      eigh_row(),
      svd_row(),
      qr_row(),
      {"matrix_rank",
       square_cases(
           0,
           [](const Xs& xs) {
             return cast(matrix_rank(xs[0]), DType::f64) * reduce_sum(xs[0], {.axes = {-2, -1}});
           })},
  };
}

}  // namespace deft
