#pragma once

#include "ops/onnx/export/cases/export_case.hpp"

namespace deft {

/// What indices name, and the order of elements.
inline std::vector<ExportCase> indexing_cases() {
  const Tensor x = between(-3, 3, {4, 5, 3});
  const Tensor at = sample_indices<std::int32_t>({2, 3}, 4);
  const Tensor along = sample_indices<std::int64_t>({4, 2, 3}, 5);
  const Tensor tuples = sample_indices<std::int32_t>({6, 2}, 4);
  std::vector<ExportCase> cases{
      {"gather",
       {x, at},
       [](const auto& in) {
         return Built{gather(in[0], in[1]), gather(in[0], in[1] - in[1], {.axis = 1})};
       }},
      {"gather_nd", {x, tuples}, [](const auto& in) { return Built{gather_nd(in[0], in[1])}; }},
      {"gather_elements",
       {x, along},
       [](const auto& in) { return Built{gather_elements(in[0], in[1], 1)}; }},
      {"take_along_axis",
       {x, along},
       [](const auto& in) { return Built{take_along_axis(in[0], in[1], 1)}; }},
      {"take_along_axis",
       {between(-3, 3, {4, 1, 3}), sample_indices<std::int64_t>({1, 2, 3}, 4)},
       [](const auto& in) { return Built{take_along_axis(in[0], in[1], 0)}; },
       "broadcast"},
      {"scatter_add",
       {x, at, between(-3, 3, {4, 2, 3, 3})},
       [](const auto& in) { return Built{scatter_add(in[0], in[1], in[2], {.axis = 1})}; }},
      {"scatter_nd_add",
       {x, tuples, between(-3, 3, {6, 3})},
       [](const auto& in) { return Built{scatter_nd_add(in[0], in[1], in[2])}; }},
      {"scatter_nd_reduce",
       {x, Tensor{{0, 1}, {3, 4}, {2, 2}}, between(-3, 3, {3, 3})},
       [](const auto& in) { return Built{scatter_nd_update(in[0], in[1], in[2])}; }},
      {"scatter_nd_multiply",
       {x, tuples, between(-3, 3, {6, 3})},
       [](const auto& in) {
         return Built{scatter_nd_reduce(in[0], in[1], in[2], ScatterReduction::multiply)};
       }},
      {"scatter_elements",
       {x, along, between(-3, 3, {4, 2, 3})},
       [](const auto& in) {
         return Built{scatter_elements(in[0], in[1], in[2], 1, ScatterReduction::add)};
       },
       "add"},
      {"scatter_elements",
       {x, Tensor{{{0}, {3}}, {{1}, {2}}}.to(DType::i64), between(-3, 3, {2, 2, 1})},
       [](const auto& in) { return Built{update_along_axis(in[0], in[1], in[2], 1)}; },
       "update"},
      {"scatter_elements_multiply",
       {x, along, between(-3, 3, {4, 2, 3})},
       [](const auto& in) {
         return Built{scatter_elements(in[0], in[1], in[2], 1, ScatterReduction::multiply)};
       }},
      {"add_along_axis",
       {x, sample_indices<std::int32_t>({4, 2, 1}, 5), between(-3, 3, {4, 2, 3})},
       [](const auto& in) { return Built{add_along_axis(in[0], in[1], in[2], 1)}; }},
      {"add_along_axis",
       {between(-3, 3, {1, 5, 3}), along, between(-3, 3, {4, 2, 3})},
       [](const auto& in) { return Built{add_along_axis(in[0], in[1], in[2], 1)}; },
       "broadcast"},
      {"one_hot",
       {at},
       [](const auto& in) {
         return Built{
             one_hot(in[0], 4),
             one_hot(in[0], 3,
                     {.dtype = DType::f64,
                      .on = 0.1,
                      .off = -1,
                      .axis = 1,
                      .out_of_range = OutOfRange::zeros}),
             one_hot(in[0], 4, {.dtype = DType::boolean, .on = true, .off = false, .axis = 0})};
       }},
      {"argmax",
       {x},
       [](const auto& in) {
         return Built{argmax(in[0], 1), argmax(in[0], -1, {.keep_dims = true})};
       }},
      {"argmin", {x}, [](const auto& in) { return Built{argmin(in[0], 0)}; }},
      {"argsort",
       {x},
       [](const auto& in) {
         return Built{argsort(in[0], {.axis = 1}), argsort(in[0], {.descending = true})};
       }},
      {"top_k",
       {x},
       [](const auto& in) {
         const auto [values, indices] = top_k(in[0], 2, {.axis = 1});
         return Built{values, indices};
       }},
  };
  const std::size_t known = cases.size();
  for (std::size_t i = 0; i < known; ++i) {
    const bool has_tuples = cases[i].op.find("_nd") != std::string::npos;
    if (!has_tuples) cases.push_back(opened(cases[i]));
  }
  return cases;
}

}  // namespace deft
