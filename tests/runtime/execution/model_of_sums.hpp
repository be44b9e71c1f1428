#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <thread>
#include <vector>

#include <deft/deft.hpp>

#include "support/graphs/training_models.hpp"

namespace deft {

/// What threads of a pool do in a step of `sums`; the caller of a run is thread 0.
struct Trouble {
  std::atomic<bool> worker_throws{false};
  std::atomic<bool> everyone_throws{false};
  std::atomic<int> worker_sleeps_ms{0};
  std::atomic<std::int64_t> worker_runs{0};
  std::atomic<int> workers_inside{0};
};
inline Trouble trouble;

inline constexpr std::int64_t sum_blocks = 6;  // of the kernel of `sums`

/// f64[n] -> f64[]: the sum of its elements; each block leaves a part of it.
inline constexpr OpDef sums{
    .name = "sums",
    .arity = {1, 1},
    .infer =
        [](const InferContext&) {
          return std::vector<TensorSpec>{{DType::f64, {}}};
        },
    .kernel =
        [](const KernelContext& context) {
          const std::int64_t size = context.inputs[0].shape.num_elements();
          struct Body {
            std::int64_t size;
            void operator()(const KernelArgs& args, std::int64_t begin, std::int64_t end) const {
              if (trouble.everyone_throws) throw std::runtime_error("everyone");
              if (args.thread != 0) {
                ++trouble.worker_runs;
                if (trouble.worker_throws) throw std::runtime_error("worker");
                ++trouble.workers_inside;
                std::this_thread::sleep_for(std::chrono::milliseconds(trouble.worker_sleeps_ms));
                --trouble.workers_inside;
              }
              auto* parts = reinterpret_cast<double*>(args.scratch);
              for (std::int64_t block = begin; block < end; ++block) {
                parts[block] = 0;
                for (std::int64_t i = size * block / sum_blocks;
                     i < size * (block + 1) / sum_blocks; ++i)
                  parts[block] += args.input<double>(0)[i];
              }
            }
            void finish(const KernelArgs& args) const {
              const auto* parts = reinterpret_cast<const double*>(args.scratch);
              double sum = 0;
              for (std::int64_t block = 0; block < sum_blocks; ++block) sum += parts[block];
              *args.output<double>() = sum;
            }
          };
          Kernel kernel =
              make_blocked_kernel(Body{size}, sum_blocks, sum_blocks * sizeof(double), 400e3);
          kernel.partials = {{0, sizeof(double), sum_blocks * sizeof(double)}};
          return kernel;
        },
};

/// x = 0.9 x + sum(x) / 1000 in every step.
inline TrainingModel model_of_sums() {
  TrainingModel model;
  const Output x = variable(model.graph, sample<double>({600}, 3), {.name = "x"});
  const Output sum = add_node(sums, {x}, {}, {.name = "sum"});
  model.variables = {x};
  model.step = assign(x, 0.9 * x + 0.001 * sum);
  model.initialize = global_variables_initializer(model.graph);
  return model;
}

}  // namespace deft
