#pragma once

#include <vector>

#include <deft/core/graph.hpp>

namespace deft::toy {

/// f32[8] -> f32[8]: x + 1, one block per element; under SessionOptions::chaos_seed threads share
/// them.
inline constexpr OpDef blocks{
    .name = "blocks",
    .arity = {1, 1},
    .infer =
        [](const InferContext&) {
          return std::vector<TensorSpec>{{DType::f32, {8}}};
        },
    .kernel =
        [](const KernelContext&) {
          return make_blocked_kernel(
              [](const KernelArgs& args, std::int64_t begin, std::int64_t end) {
                for (std::int64_t i = begin; i < end; ++i)
                  args.output<float>()[i] = args.input<float>(0)[i] + 1;
              },
              8, 0, 8);
        },
};

}  // namespace deft::toy
