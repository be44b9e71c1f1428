#pragma once

#include "ops/onnx/export/cases/export_case.hpp"

namespace deft {

/// Reductions and products.
inline std::vector<ExportCase> reduction_cases() {
  const Tensor x = between(-3, 3, {4, 5, 3}), positive = between(0.5, 1.5, {4, 5, 3});
  std::vector<ExportCase> cases;
  const auto add = [&](const std::string& op, Output (*reduce)(const Output&, const ReduceOptions&),
                       const Tensor& of, const std::string& name = {}) {
    cases.push_back({op,
                     {of},
                     [reduce](const auto& in) {
                       return Built{reduce(in[0], {}), reduce(in[0], {.axes = {0, -1}}),
                                    reduce(in[0], {.axes = {1}, .keep_dims = true}),
                                    reduce(in[0], {.axes = std::vector<std::int64_t>{}})};
                     },
                     name});
  };
  add("reduce_sum", reduce_sum, x);
  add("reduce_sum", reduce_sum, x.to(DType::i32), "i32");
  add("reduce_mean", reduce_mean, x);
  add("reduce_max", reduce_max, x);
  add("reduce_min", reduce_min, x);
  add("reduce_prod", reduce_prod, positive);
  const auto built_moments = [](const std::vector<Output>& in) {
    Built all;
    for (const ReduceOptions& options :
         {ReduceOptions{.axes = {0, 1}}, ReduceOptions{.axes = {-1}, .keep_dims = true}}) {
      const auto [mean, variance] = moments(in[0], options);
      all.push_back(mean);
      all.push_back(variance);
    }
    return all;
  };
  cases.push_back({"moments", {x}, built_moments});
  for (const bool exclusive : {false, true})
    for (const bool reverse : {false, true}) {
      const CumulativeOptions options{.exclusive = exclusive, .reverse = reverse};
      const std::string name =
          std::string(exclusive ? "exclusive " : "") + (reverse ? "reverse" : "");
      cases.push_back({"cumsum",
                       {x},
                       [options](const auto& in) { return Built{cumsum(in[0], 1, options)}; },
                       name});
      cases.push_back({"cumprod",
                       {positive},
                       [options](const auto& in) { return Built{cumprod(in[0], 1, options)}; },
                       name});
    }
  cases.push_back({"prod_of_others", {positive}, [](const auto& in) {
                     return gradients(reduce_sum(reduce_prod(in[0], {.axes = {1}})), {in[0]});
                   }});
  const std::size_t known = cases.size();
  for (std::size_t i = 0; i < known; ++i) cases.push_back(opened(cases[i]));
  return cases;
}

inline std::vector<ExportCase> product_cases() {
  const auto product = [](bool a, bool b) {
    return [=](const std::vector<Output>& in) {
      return Built{matmul(in[0], in[1], {.transpose_a = a, .transpose_b = b})};
    };
  };
  const Tensor a = between(-3, 3, {7, 5}), b = between(-3, 3, {5, 9}, DType::f32, 2);
  const Tensor as = between(-3, 3, {2, 7, 5}), bs = between(-3, 3, {2, 9, 5}, DType::f32, 2);
  const Tensor square = between(-1, 1, {3, 4, 4});
  std::vector<ExportCase> cases{
      {"matmul", {a, b}, product(false, false)},
      {"matmul", {between(-3, 3, {5, 7}), b}, product(true, false), "transpose_a"},
      {"matmul", {between(-3, 3, {5, 7}), between(-3, 3, {9, 5})}, product(true, true), "both"},
      {"matmul", {as, bs}, product(false, true), "batches"},
      {"matmul", {a.to(DType::i32), b.to(DType::i32)}, product(false, false), "i32"},
      {"matmul", {a.to(DType::f64), b.to(DType::f64)}, product(false, false), "f64"},
      {"matmul", {between(-3, 3, {5}), b}, product(false, false), "vector"},
      {"det", {square}, [](const auto& in) { return Built{det(in[0])}; }},
      {"slogdet",
       {square},
       [](const auto& in) {
         const auto [sign, log] = slogdet(in[0]);
         return Built{sign, log};
       }},
  };
  cases.push_back(opened(cases[1]));
  cases.push_back(opened(cases[3]));
  return cases;
}

}  // namespace deft
