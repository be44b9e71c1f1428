#include <vector>

#include <deft/deft.hpp>

#include "cases.hpp"
#include "data/data.hpp"
#include "harness/harness.hpp"

namespace deft::benchmark {
namespace {

constexpr float learning_rate = 0.001F;

struct Data {
  std::vector<float> x;  // rows of 1 and a value
  std::vector<float> d;
};

/// 3 + 2x + noise for x from 0 to 2.
Data make_data(std::int64_t rows) {
  const Tensor noise = random_tensor({rows}, 444);
  Data data;
  for (std::int64_t i = 0; i < rows; ++i) {
    const float x = 2.0F * static_cast<float>(i) / static_cast<float>(rows - 1);
    data.x.insert(data.x.end(), {1.0F, x});
    data.d.push_back(3.0F + 2.0F * x + 0.3F * noise.data<float>()[static_cast<std::size_t>(i)]);
  }
  return data;
}

}  // namespace

std::vector<double> child_cold_start(const std::vector<std::int64_t>& arguments) {
  const std::int64_t rows = arguments.at(0);
  const Data data = make_data(rows);

  Graph graph;
  const Output X = constant(graph, Tensor::from<float>({rows, 2}, data.x), {.name = "X"});
  const Output d = constant(graph, Tensor::from<float>({rows, 1}, data.d), {.name = "d"});
  const Output w = variable(zeros(graph, DType::f32, {2, 1}), {.name = "w"});
  const Output mse = reduce_mean(square(matmul(X, w) - d));
  const Output train = assign(w, w - learning_rate * gradients(mse, {w}).at(0));

  Session session(graph, {.threads = static_cast<int>(arguments.at(2))});
  session.run(global_variables_initializer(graph));
  session.run(train);
  const Stopwatch stopwatch;
  session.run(train, {.steps = arguments.at(1) - 1});
  const double seconds = stopwatch.seconds();
  const Tensor found = session.eval(w);
  return {seconds, found.data<float>()[0], found.data<float>()[1]};
}

/// By hand: the same program, and so the same libraries to load, without a graph.
std::vector<double> child_cold_start_by_hand(const std::vector<std::int64_t>& arguments) {
  const auto rows = static_cast<std::size_t>(arguments.at(0));
  const Data data = make_data(arguments.at(0));
  float w[2] = {0, 0};
  const auto step = [&] {
    double gradient[2] = {0, 0};  // as deft, which sums f32 in f64
    for (std::size_t i = 0; i < rows; ++i) {
      const float* x = &data.x[2 * i];
      const float error = x[0] * w[0] + x[1] * w[1] - data.d[i];
      gradient[0] += double{error} * double{x[0]};
      gradient[1] += double{error} * double{x[1]};
    }
    for (int j = 0; j < 2; ++j)
      w[j] -= learning_rate * static_cast<float>(2 * gradient[j] / static_cast<double>(rows));
  };
  step();
  const Stopwatch stopwatch;
  for (std::int64_t i = 1; i < arguments.at(1); ++i) step();
  return {stopwatch.seconds(), w[0], w[1]};
}

}  // namespace deft::benchmark
