/// x + 1 for a scalar that is fed: what a run costs beside its steps.

#include <memory>
#include <vector>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"

namespace deft::benchmark {
namespace {

/// By hand: the caller owns the result, as it does that of a run.
[[gnu::noinline]] std::unique_ptr<float> add_one(const float* x) {
  return std::make_unique<float>(*x + 1.0F);
}

Sampler by_hand(const Setting& setting) {
  const Work work = [](std::int64_t n) {
    std::unique_ptr<float> (*volatile function)(const float*) = add_one;
    const float x = 2.0F;
    for (std::int64_t i = 0; i < n; ++i) function(&x);
  };
  return timed(setting, work, 1e9);
}

struct Model {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {}, {.name = "x"});
  Output y = x + 1;
  Session session{graph, {.threads = 1, .optimizations = Optimizations::none()}};
};

void expect_three(const Tensor& y) {
  const float x = 2.0F;
  expect_close(y.item<float>(), *add_one(&x));
}

}  // namespace

/// The list of values is made once: who prepares a run has it.
Contest run_overhead_callable(const Setting& setting) {
  Model model;
  const Callable callable = model.session.prepare({model.y}, {model.x});
  const std::vector<Tensor> values{Tensor::scalar(2.0F)};
  expect_three(callable(values).at(0));
  const Work ours = [=](std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) callable(values);
  };
  return {timed(setting, ours, 1e9), by_hand(setting)};
}

/// The list of feeds is made by every run: so programs write it.
Contest run_overhead_session(const Setting& setting) {
  const auto model = std::make_shared<Model>();
  const Tensor value = Tensor::scalar(2.0F);
  expect_three(model->session.run(model->y, {{model->x, value}}));
  const Work ours = [=](std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) model->session.run(model->y, {{model->x, value}});
  };
  return {timed(setting, ours, 1e9), by_hand(setting)};
}

}  // namespace deft::benchmark
