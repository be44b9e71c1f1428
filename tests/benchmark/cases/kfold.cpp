/// 16 linear regressions in one graph, as a cross-validation trains them: large independent
/// branches.

#include <memory>
#include <vector>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/agreement.hpp"
#include "harness/harness.hpp"

namespace deft::benchmark {
namespace {

constexpr std::int64_t columns = 32;

struct Fold {
  Tensor X;
  Tensor d;
};

std::vector<Fold> folds(const Setting& setting) {
  const std::int64_t rows = setting.size(20'000, 100);
  std::vector<Fold> result;
  for (std::uint32_t i = 0; i < 16; ++i)
    result.push_back({random_tensor({rows, columns}, 2 * i), random_tensor({rows, 1}, 2 * i + 1)});
  return result;
}

class Folds {
 public:
  Folds(const std::vector<Fold>& data, int threads)
      : session_(graph_, {.threads = threads, .optimizations = Optimizations::none()}) {
    std::vector<Output> steps;
    for (const Fold& fold : data) {
      const Output X = constant(graph_, fold.X, {.name = "X"});
      const Output d = constant(graph_, fold.d, {.name = "d"});
      const Output w = variable(zeros(graph_, DType::f32, {columns, 1}), {.name = "w"});
      const Output mse = reduce_mean(square(matmul(X, w) - d));
      steps.push_back(assign(w, w - 0.1 * gradients(mse, {w}).at(0)));
      weights_.push_back(w);
    }
    step_ = group(steps);
    session_.run(global_variables_initializer(graph_));
  }

  void run(std::int64_t steps) { session_.run(step_, {.steps = steps}); }
  std::vector<Tensor> weights() { return session_.run(weights_); }

 private:
  Graph graph_;
  std::vector<Output> weights_;
  Output step_;
  Session session_;
};

}  // namespace

Contest kfold(const Setting& setting) {
  const std::vector<Fold> data = folds(setting);
  const auto ours = std::make_shared<Folds>(data, setting.threads);
  const auto alone = std::make_shared<Folds>(data, 1);
  ours->run(2);
  alone->run(2);
  const std::vector<Tensor> found = ours->weights();
  const std::vector<Tensor> wanted = alone->weights();
  for (std::size_t i = 0; i < found.size(); ++i) expect_same_bytes(found[i], wanted[i]);
  return {timed(setting, runs_of(ours), 1e3), timed(setting, runs_of(alone), 1e3)};
}

}  // namespace deft::benchmark
