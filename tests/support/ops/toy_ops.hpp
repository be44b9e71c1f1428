#pragma once

#include <stdexcept>
#include <vector>

#include <deft/core/graph.hpp>

namespace deft::toy {

// Operations for tests that need no arithmetic: a user's own OpDefs.

/// -> f32[]
inline constexpr OpDef source{
    .name = "source",
    .infer =
        [](const InferContext&) {
          return std::vector<TensorSpec>{{DType::f32, {}}};
        },
    .kernel =
        [](const KernelContext&) {
          return make_kernel([](const KernelArgs& args) { *args.output<float>() = 1; });
        },
};

/// f32[] ... -> f32[]: the sum
inline constexpr OpDef join{
    .name = "join",
    .arity = {1, Arity::unbounded},
    .infer =
        [](const InferContext& context) {
          for (const TensorSpec& input : context.inputs)
            if (input.shape.rank() != 0)
              context.fail(ErrorCode::shape_mismatch, "not a scalar: " + to_string(input),
                           "reduce it");
          return std::vector<TensorSpec>{{DType::f32, {}}};
        },
    .kernel =
        [](const KernelContext& context) {
          return make_kernel([count = context.inputs.size()](const KernelArgs& args) {
            float sum = 0;
            for (std::size_t i = 0; i < count; ++i) sum += *args.input<float>(i);
            *args.output<float>() = sum;
          });
        },
};

/// f32[] -> f32[], f32[]: x + 1 and x + 2
inline constexpr OpDef fork{
    .name = "fork",
    .arity = {1, 1},
    .infer =
        [](const InferContext&) {
          return std::vector<TensorSpec>{{DType::f32, {}}, {DType::f32, {}}};
        },
    .kernel =
        [](const KernelContext&) {
          return make_kernel([](const KernelArgs& args) {
            *args.output<float>(0) = *args.input<float>(0) + 1;
            *args.output<float>(1) = *args.input<float>(0) + 2;
          });
        },
};

}  // namespace deft::toy
