#include "stability.hpp"

#include <cstdint>
#include <limits>

#include <deft/deft.hpp>

#include "common/numpy_random.hpp"

namespace examples::kfold {

using deft::Graph;
using deft::Output;

namespace {

constexpr std::int64_t iterations = 100;

/// Not orthogonal to any direction that data may have.
deft::Tensor random_column(std::int64_t rows) {
  NumpyRandom random(1);
  std::vector<double> values(static_cast<std::size_t>(rows));
  for (double& value : values) value = random.normal();
  return deft::Tensor::from<double>({rows, 1}, values);
}

}  // namespace

std::vector<double> largest_eigenvalues(const std::vector<FoldData>& folds, int threads) {
  Graph graph;
  std::vector<Output> iterate;
  std::vector<Output> eigenvalues;
  for (const FoldData& fold : folds) {
    Output X = constant(graph, fold.X);
    Output v = variable(graph, random_column(fold.X.shape()[1]));
    Output u =
        matmul(X, matmul(X, v), {.transpose_a = true}) / static_cast<double>(fold.X.shape()[0]);
    Output length = sqrt(reduce_sum(square(u)));  // the eigenvalue, once v has length 1
    // Features that are all constant make no direction: u is 0 and stays so.
    iterate.push_back(assign(v, u / maximum(length, std::numeric_limits<double>::min())));
    eigenvalues.push_back(length);
  }
  deft::Session session(graph, {.threads = threads});
  session.run(global_variables_initializer(graph));
  session.run(group(iterate), {.steps = iterations});

  std::vector<double> result;
  for (const deft::Tensor& value : session.run(eigenvalues)) result.push_back(value.item<double>());
  return result;
}

double stable_learning_rate(double largest_eigenvalue, double penalty) {
  return 1.0 / (largest_eigenvalue + penalty);
}

}  // namespace examples::kfold
