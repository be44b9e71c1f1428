#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <deft/deft.hpp>

/// Operations with several outputs, as users write them.
namespace deft::user {

/// x f32[s] -> max(x, 0) f32[s], min(x, 0) f32[s]
inline constexpr OpDef sides{
    .name = "sides",
    .arity = {1, 1},
    .infer =
        [](const InferContext& c) {
          return std::vector<TensorSpec>{c.inputs[0], c.inputs[0]};
        },
    .gradient = [](const GradientContext& c) -> std::vector<Output> {
      const Output above = cast(greater(c.inputs[0], 0), DType::f32);
      std::vector<Output> terms;
      if (!c.grads[0].is_empty()) terms.push_back(c.grads[0] * above);
      if (!c.grads[1].is_empty()) terms.push_back(c.grads[1] * (1 - above));
      return {add_n(terms)};
    },
    .kernel =
        [](const KernelContext& c) {
          const std::int64_t count = c.outputs[0].shape.num_elements();
          const auto run = [count](const KernelArgs& args) {
            for (std::int64_t i = 0; i < count; ++i) {
              const float x = args.input<float>(0)[i];
              args.output<float>(0)[i] = std::max(x, 0.0F);
              args.output<float>(1)[i] = std::min(x, 0.0F);
            }
          };
          Kernel kernel = make_kernel(run, 2.0 * static_cast<double>(count));
          kernel.in_place = 1;
          return kernel;
        },
    .form = [](const KernelContext&) -> Form { return MapForm{}; },
};

/// x f32[s] -> the sum f32[], 2 x f32[s]: outputs of different shapes, of which only the second may
/// overwrite x
inline constexpr OpDef sum_and_twice{
    .name = "sum_and_twice",
    .arity = {1, 1},
    .infer =
        [](const InferContext& c) {
          return std::vector<TensorSpec>{{DType::f32, {}}, c.inputs[0]};
        },
    .kernel =
        [](const KernelContext& c) {
          const std::int64_t count = c.outputs[1].shape.num_elements();
          const auto run = [count](const KernelArgs& args) {
            float sum = 0;
            for (std::int64_t i = 0; i < count; ++i) {
              const float x = args.input<float>(0)[i];
              sum += x;
              args.output<float>(1)[i] = 2 * x;
            }
            *args.output<float>(0) = sum;
          };
          Kernel kernel = make_kernel(run, 2.0 * static_cast<double>(count));
          kernel.in_place = 1;
          return kernel;
        },
};

/// x, y -> x, y
inline constexpr OpDef both{
    .name = "both",
    .arity = {2, 2},
    .infer =
        [](const InferContext& c) {
          return std::vector<TensorSpec>{c.inputs[0], c.inputs[1]};
        },
    .kernel = [](const KernelContext&) { return Kernel::forward(); },
    .simplify = [](const SimplifyContext& c) -> std::optional<Rewrite> {
      return Rewrite{.inputs = {c.self.inputs[0], c.self.inputs[1]}};
    },
};

}  // namespace deft::user
