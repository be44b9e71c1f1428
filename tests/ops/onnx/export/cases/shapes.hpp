#pragma once

#include "ops/onnx/export/cases/export_case.hpp"

namespace deft {

/// Tensors made, reshaped and repeated.
inline std::vector<ExportCase> shape_cases() {
  const Tensor x = between(-3, 3, {2, 3, 4}), flat = between(-3, 3, {24});
  const Tensor row = between(-3, 3, {4}), column = between(-3, 3, {2, 1});
  std::vector<ExportCase> cases{
      {"reshape_like", {flat, x}, [](const auto& in) { return Built{reshape_like(in[0], in[1])}; }},
      {"shape", {x}, [](const auto& in) { return Built{shape(in[0])}; }},
      {"size",
       {x},
       [](const auto& in) {
         return Built{size(in[0]), size(in[0], {0, -1})};
       }},
      {"zeros_like", {x}, [](const auto& in) { return Built{zeros_like(in[0])}; }},
      {"ones_like", {x}, [](const auto& in) { return Built{ones_like(in[0])}; }},
      {"range_like", {x}, [](const auto& in) { return Built{range_like(in[0], -2)}; }},
      {"broadcast_like",
       {row, x},
       [](const auto& in) { return Built{broadcast_like(in[0], in[1])}; }},
      {"sum_like", {x, row}, [](const auto& in) { return Built{sum_like(in[0], in[1])}; }},
      {"sum_like",
       {between(-3, 3, {3, 2, 5}), column},
       [](const auto& in) { return Built{sum_like(in[0], in[1])}; },
       "kept dimension"},
      {"split_like",
       {x, between(-3, 3, {2, 3, 1}), between(-3, 3, {2, 3, 3})},
       [](const auto& in) {
         return split_like(in[0], {in[1], in[2]}, -1);
       }},
      {"reshape",
       {x},
       [](const auto& in) {
         return Built{reshape(in[0], {4, -1})};
       }},
      {"expand_dims",
       {x},
       [](const auto& in) {
         return Built{expand_dims(in[0], 1), expand_dims(in[0], -1)};
       }},
  };
  const std::size_t known = cases.size();
  for (std::size_t i = 0; i < known; ++i) cases.push_back(opened(cases[i]));
  const auto none = [](const auto& in) { return Built{squeeze(in[0], {})}; };
  const std::vector<ExportCase> others{
      {"reshape",
       {Tensor::zeros(DType::f32, {0, 3})},
       [](const auto& in) {
         return Built{reshape(in[0], {3, 0, 2})};
       },
       "nothing"},
      {"squeeze", {column}, [](const auto& in) { return Built{squeeze(in[0])}; }},
      {"squeeze", {row}, none, "no dimension"},
      {"broadcast_to",
       {row},
       [](const auto& in) {
         return Built{broadcast_to(in[0], {2, 3, 4})};
       }},
      {"zeros",
       {x},
       [](const auto& in) {
         return Built{zeros(in[0].graph(), DType::f32, {70, 80})};
       }},
      {"ones",
       {x},
       [](const auto& in) {
         return Built{ones(in[0].graph(), DType::i64, {70, 80})};
       }},
      {"fill",
       {x},
       [](const auto& in) {
         return Built{fill(in[0].graph(), DType::f32, {70, 80}, 2.5),
                      fill(in[0].graph(), DType::i64, {70, 80}, (std::int64_t{1} << 60) + 1)};
       }},
      {"range",
       {x},
       [](const auto& in) {
         return Built{range(in[0].graph(), DType::f32, 0.1, 600, 0.1),
                      range(in[0].graph(), DType::i64, 0, 5)};
       }},
      {"constant",
       {x},
       [](const auto& in) { return Built{in[0] + constant(in[0].graph(), Tensor{1.5F})}; }},
  };
  cases.insert(cases.end(), others.begin(), others.end());
  return cases;
}

/// Elements put together, cut apart and moved.
inline std::vector<ExportCase> movement_cases() {
  const Tensor x = between(-3, 3, {2, 3, 4}), y = between(-3, 3, {2, 5, 4}, DType::f32, 2);
  const Tensor matrices = between(-3, 3, {2, 3, 5}), tall = between(-3, 3, {2, 5, 3});
  std::vector<ExportCase> cases{
      {"transpose",
       {x},
       [](const auto& in) {
         return Built{transpose(in[0]), transpose(in[0], {1, -1, 0})};
       }},
      {"concat",
       {x, y},
       [](const auto& in) {
         return Built{concat({in[0], in[1]}, 1)};
       }},
      {"split", {x}, [](const auto& in) { return split(in[0], 2, -1); }},
      {"split",
       {y},
       [](const auto& in) {
         return split(in[0], Parts{1, 0, 4}, 1);
       },
       "sizes"},
      {"tile",
       {x},
       [](const auto& in) {
         return Built{tile(in[0], {2, 1, 3})};
       }},
      {"slice",
       {x},
       [](const auto& in) {
         return Built{slice(in[0], {{1, {}}, {.begin = -2}, {3, 0, -2}}), reverse(in[0], {1})};
       }},
      {"unslice",
       {between(-3, 3, {1, 2, 2}), x},
       [](const auto& in) {
         return Built{unslice(in[0], in[1], {{1, {}}, {.begin = -2}, {3, 0, -2}})};
       }},
      {"roll",
       {y},
       [](const auto& in) {
         return Built{roll(in[0], 2, 1), roll(in[0], -13, -1)};
       }},
      {"tril", {matrices}, [](const auto& in) { return Built{tril(in[0], 1)}; }},
      {"triu", {matrices}, [](const auto& in) { return Built{triu(in[0], -1)}; }},
      {"diag", {x}, [](const auto& in) { return Built{diag(in[0])}; }},
      {"diag_part",
       {matrices, tall},
       [](const auto& in) {
         return Built{diag_part(in[0]), diag_part(in[1])};
       }},
      {"diag_like",
       {between(-3, 3, {2, 3}), matrices, tall},
       [](const auto& in) {
         return Built{diag_like(in[0], in[1]), diag_like(in[0], in[2])};
       }},
  };
  for (const auto& [mode, name] :
       {std::pair{PadMode::constant, "constant"}, std::pair{PadMode::edge, "edge"},
        std::pair{PadMode::reflect, "reflect"}, std::pair{PadMode::symmetric, "symmetric"},
        std::pair{PadMode::wrap, "wrap"}})
    cases.push_back({"pad",
                     {x},
                     [mode = mode](const auto& in) {
                       const PadOptions options{.mode = mode, .value = 1.5};
                       return Built{pad(in[0], {{0, 0}, {2, 1}, {1, 3}}, options)};
                     },
                     name});
  const std::size_t known = cases.size();
  for (std::size_t i = 0; i < known; ++i)
    if (cases[i].name != "sizes") cases.push_back(opened(cases[i]));
  for (const DType dtype : {DType::boolean, DType::u8, DType::i8, DType::u16, DType::i16,
                            DType::u32, DType::u64, DType::f16, DType::bf16, DType::f64}) {
    const bool lacks = dtype == DType::bf16;
    cases.push_back({"concat",
                     {x.to(dtype), y.to(dtype)},
                     [](const auto& in) {
                       const Output all = concat({in[0], in[1]}, 1);
                       return Built{transpose(all), slice(all, 0, {1, {}}), reshape(all, {-1}),
                                    gather(all, constant(all.graph(), Tensor{1, 0}))};
                     },
                     "and others, " + std::string(to_string(dtype)),
                     0,
                     lacks ? "it does not move this dtype" : ""});
  }
  cases.push_back(
      {"diag", {sample<bool>({2, 3})}, [](const auto& in) { return Built{diag(in[0])}; }, "bool"});
  return cases;
}

}  // namespace deft
