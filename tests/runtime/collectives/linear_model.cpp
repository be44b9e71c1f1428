#include "runtime/collectives/linear_model.hpp"

#include <random>

#include "runtime/collectives/ranks.hpp"

namespace deft {

LinearModel linear_model(const Communicator& group) {
  constexpr std::int64_t rows = 6;
  LinearModel model;
  std::mt19937 random(static_cast<unsigned>(group.rank()) + 1);
  std::vector<float> x;
  std::vector<float> d;
  for (std::int64_t i = 0; i < rows; ++i) {
    for (int j = 0; j < 4; ++j) x.push_back(static_cast<float>(random()) / 4294967296.0F - 0.5F);
    d.push_back(x[x.size() - 4] - 2 * x[x.size() - 1]);
  }
  const Output xs = reshape(constant(model.graph, Tensor::from(x)), {rows, 4});
  const Output ds = reshape(constant(model.graph, Tensor::from(d)), {rows, 1});
  model.w = variable(model.graph, Tensor::zeros(DType::f32, {4, 1}), {.name = "w"});
  model.loss = reduce_mean(square(matmul(xs, model.w) - ds));
  model.training = minimize(model.loss, Adam{.rate = 0.05}, {.before = {all_reduce_mean(group)}});
  return model;
}

std::vector<float> trained_weights(int size, std::int64_t steps) {
  return weights_by_step(size, steps).back();
}

std::vector<std::vector<float>> weights_by_step(int size, std::int64_t steps) {
  std::vector<std::vector<float>> all;
  in_threads(size, [&](const Communicator& group) {
    const LinearModel model = linear_model(group);
    Session session(model.graph, {.threads = 1});
    session.run(global_variables_initializer(model.graph));
    RunOptions options{.steps = steps};
    const auto note = [&] { all.push_back(session.value(model.w).to<float>()); };
    if (group.rank() == 0) {
      note();
      options.on_progress = [&](const Progress&) { note(); };
    }
    session.run(model.training, options);
  });
  return all;
}

}  // namespace deft
