#pragma once

#include "ops/onnx/export/cases/export_case.hpp"

namespace deft {

/// Convolutions and pools, with the channels behind, as is deft's default, and before.
inline std::vector<ExportCase> window_cases() {
  std::vector<ExportCase> cases;
  for (const bool first : {false, true}) {
    const ChannelLayout layout =
        first ? ChannelLayout::channels_first : ChannelLayout::channels_last;
    const std::string name = first ? "channels_first" : "channels_last";
    const auto shaped = [&](std::int64_t n, std::int64_t c, std::int64_t h, std::int64_t w) {
      return between(-2, 2, first ? Shape{n, c, h, w} : Shape{n, h, w, c});
    };
    const auto filter = [&](std::int64_t out, std::int64_t in, std::int64_t h, std::int64_t w) {
      return between(-1, 1, first ? Shape{out, in, h, w} : Shape{h, w, in, out}, DType::f32, 2);
    };
    cases.push_back({"conv",
                     {shaped(2, 4, 9, 8), filter(6, 2, 3, 2)},
                     [=](const auto& in) {
                       return Built{conv(in[0], in[1],
                                         {.strides = {2, 1},
                                          .dilations = {1, 2},
                                          .groups = 2,
                                          .padding = {{1, 0}, {2, 1}},
                                          .layout = layout})};
                     },
                     name});
    cases.push_back({"conv",
                     {between(-2, 2, first ? Shape{3, 4, 11} : Shape{3, 11, 4}),
                      between(-1, 1, first ? Shape{5, 4, 3} : Shape{3, 4, 5})},
                     [=](const auto& in) { return Built{conv(in[0], in[1], {.layout = layout})}; },
                     name + ", one dimension"});
    cases.push_back(
        {"conv_transpose",
         {shaped(2, 6, 4, 5), filter(6, 2, 3, 3)},
         [=](const auto& in) {
           return Built{conv_transpose(
               in[0], in[1],
               {.strides = {2, 2}, .groups = 2, .padding = {{1, 0}, {0, 1}}, .layout = layout})};
         },
         name});
    cases.push_back(
        {"conv_transpose",
         {shaped(2, 6, 4, 5), filter(6, 3, 3, 3)},
         [=](const auto& in) {
           return Built{conv_transpose(
               in[0], in[1], {.strides = {2, 2}, .output_padding = {1, 0}, .layout = layout})};
         },
         name + ", output padding"});
    cases.push_back({"conv_transpose",
                     {shaped(2, 3, 8, 8), filter(4, 3, 3, 3)},
                     [=](const auto& in) {
                       return gradients(
                           reduce_sum(conv(in[0], in[1], {.strides = {2, 2}, .layout = layout})),
                           {in[0]});
                     },
                     name + ", a gradient"});
    for (const std::int64_t groups : {1, 2})
      cases.push_back({"conv_filter_gradient",
                       {shaped(3, 4, 9, 8), filter(6, 4 / groups, 3, 2)},
                       [=](const auto& in) {
                         const Output y = conv(in[0], in[1],
                                               {.strides = {2, 3},
                                                .dilations = {1, 2},
                                                .groups = groups,
                                                .padding = {{1, 0}, {2, 1}},
                                                .layout = layout});
                         return gradients(reduce_sum(square(y)), {in[1]});
                       },
                       name + (groups == 1 ? "" : ", groups")});
    const MaxPoolOptions windows{
        .window = {3, 2}, .strides = {2, 1}, .padding = {{1, 0}, {0, 1}}, .layout = layout};
    cases.push_back({"max_pool",
                     {shaped(2, 3, 8, 7)},
                     [=](const auto& in) { return Built{max_pool(in[0], windows)}; },
                     name});
    cases.push_back({"max_pool_scatter",
                     {shaped(2, 3, 8, 7)},
                     [=](const auto& in) {
                       return gradients(reduce_sum(square(max_pool(in[0], windows))), {in[0]});
                     },
                     name});
    cases.push_back({"max_pool_gather",
                     {shaped(2, 3, 8, 7)},
                     [=](const auto& in) {
                       const auto [values, indices] = max_pool_with_argmax(in[0], windows);
                       return Built{values, indices};
                     },
                     name});
    for (const bool counts : {false, true})
      cases.push_back({"average_pool",
                       {shaped(2, 3, 8, 7)},
                       [=](const auto& in) {
                         return Built{average_pool(in[0], {.window = {3, 2},
                                                           .strides = {2, 1},
                                                           .padding = {{1, 0}, {0, 1}},
                                                           .count_include_padding = counts,
                                                           .layout = layout})};
                       },
                       name + (counts ? ", padding counts" : "")});
    for (const bool counts : {false, true})
      cases.push_back({"average_pool_scatter",
                       {shaped(2, 3, 8, 7)},
                       [=](const auto& in) {
                         const Output y = average_pool(in[0], {.window = {3, 2},
                                                               .strides = {2, 2},
                                                               .padding = {{1, 0}, {0, 1}},
                                                               .count_include_padding = counts,
                                                               .layout = layout});
                         return gradients(reduce_sum(square(y)), {in[0]});
                       },
                       name + (counts ? ", padding counts" : "")});
  }
  const std::size_t known = cases.size();
  for (std::size_t i = 0; i < known; ++i) {
    if (cases[i].op == "conv_transpose") continue;  // wants spatial dimensions in numbers
    const bool is_scatter = cases[i].op == "average_pool_scatter";
    cases.push_back(opened(cases[i], is_scatter ? 1 : Shape::max_rank));
  }
  return cases;
}

}  // namespace deft
