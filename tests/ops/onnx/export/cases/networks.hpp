#pragma once

#include "ops/onnx/export/cases/export_case.hpp"

namespace deft {

/// Compositions, as networks have them. The first dimension is not known.
inline std::vector<ExportCase> network_cases() {
  const Tensor rows = between(-3, 3, {5, 12}), pictures = between(-1, 1, {3, 12, 12, 2});
  const Tensor labels = sample_indices<std::int32_t>({5}, 12);
  const auto weight = [](const Output& x, const Shape& shape, std::uint32_t seed = 2) {
    return constant(x.graph(), between(-0.3, 0.3, shape, DType::f32, seed));
  };
  std::vector<ExportCase> cases{
      {"matmul",
       {rows},
       [=](const auto& in) {
         const Output hidden = relu(matmul(in[0], weight(in[0], {12, 8})) + weight(in[0], {8}));
         const Output logits = matmul(hidden, weight(in[0], {8, 4}, 3));
         return Built{softmax(logits), log_softmax(logits), argmax(logits, -1)};
       },
       "dense layers"},
      {"conv",
       {pictures},
       [=](const auto& in) {
         const Output first =
             conv(in[0], weight(in[0], {3, 3, 2, 6}), {.padding = {{1, 1}, {1, 1}}});
         const Output pooled = max_pool(relu(first), {.window = {2, 2}, .strides = {2, 2}});
         const Output second = gelu(conv(pooled, weight(in[0], {3, 3, 6, 4})));
         const Output mean = average_pool(second, {.window = {2, 2}, .strides = {2, 2}});
         const Output flat = reshape(mean, {-1, 16});
         return Built{softmax(matmul(flat, weight(in[0], {16, 3})))};
       },
       "a network of pictures"},
      {"moments",
       {rows},
       [](const auto& in) {
         return Built{mean_variance_normalize(in[0], {.axes = {-1}}), lp_normalize(in[0])};
       },
       "norms"},
      {"where",
       {rows},
       [](const auto& in) {
         return Built{leaky_relu(in[0]), elu(in[0]),          selu(in[0]),       celu(in[0]),
                      shrink(in[0]),     mish(in[0]),         silu(in[0]),       hard_swish(in[0]),
                      softsign(in[0]),   hard_sigmoid(in[0]), log_sigmoid(in[0])};
       },
       "activations"},
      {"gather",
       {rows, labels},
       [](const auto& in) { return Built{softmax_cross_entropy(in[0], in[1])}; },
       "a loss"},
      {"reduce_max",
       {between(-3, 3, {2, 5, 8}), between(-3, 3, {2, 5, 8}), between(-3, 3, {2, 5, 8})},
       [](const auto& in) { return Built{scaled_dot_product_attention(in[0], in[1], in[2])}; },
       "attention"},
      {"tanh",
       {rows},
       [=](const auto& in) {
         const Output w = weight(in[0], {12, 3});
         return gradients(reduce_sum(tanh(matmul(in[0], w))), {in[0], w});
       },
       "gradients"},
      {"concat",
       {pictures},
       [](const auto& in) {
         return Built{depth_to_space(concat({in[0], in[0]}, -1), 2)};
       },
       "depth to space"},
  };
  for (ExportCase& of : cases) of = opened(of, 1);
  return cases;
}

}  // namespace deft
