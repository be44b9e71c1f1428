// The models of tests/benchmark, smaller.

#include "families.hpp"
#include "values.hpp"

namespace deft::digest {
namespace {

constexpr DType f32 = DType::f32;

/// Linear regression with X and d.
Subject descent(const std::string& name, const Tensor& X_values, const Tensor& d_values,
                double rate, std::int64_t steps) {
  const Graph graph;
  const Output X = constant(graph, X_values);
  const Output d = constant(graph, d_values);
  const Output w = variable(zeros(graph, X.dtype(), {X.shape()[1], 1}));
  const Output mse = reduce_mean(square(matmul(X, w) - d));
  const Output train = group({assign(w, w - rate * gradients(mse, {w}).at(0))});
  return trained(name, graph, train, steps, {w, mse});
}

Subject line(const std::string& name, DType dtype) {
  return descent(name, uniform(dtype, {10'000, 2}, 1), uniform(dtype, {10'000, 1}, 2), 0.001, 30);
}

Subject wide(const std::string& name, std::int64_t rows, std::int64_t columns) {
  return descent(name, uniform(f32, {rows, columns}, 1), uniform(f32, {rows, 1}, 2), 0.1, 4);
}

/// v += 1 + 1 + ...
Subject chain() {
  const Graph graph;
  const Output v = variable(graph, Tensor::zeros(f32, {1}));
  const Output one = ones(graph, f32, {1});
  Output sum = v;
  for (int i = 0; i < 1000; ++i) sum = sum + one;
  return trained("chain", graph, group({assign(v, sum)}), 3, {v});
}

Subject fan() {
  const Graph graph;
  const Output v = variable(graph, Tensor::zeros(f32, {1}));
  const Tensor addends = uniform(f32, {1000}, 1);
  std::vector<Output> sums;
  for (const float addend : addends.data<float>())
    sums.push_back(v + constant(graph, Tensor::from<float>({1}, {addend})));
  return trained("fan", graph, group({assign(v, add_n(sums))}), 3, {v});
}

Subject branches(const std::string& name, std::int64_t n) {
  const Graph graph;
  std::vector<Output> products;
  for (std::uint64_t i = 0; i < 8; ++i)
    products.push_back(matmul(variable(graph, uniform(f32, {n, n}, 2 * i)),
                              variable(graph, uniform(f32, {n, n}, 2 * i + 1))));
  const Output c = variable(zeros(graph, f32, {n, n}));
  return trained(name, graph, group({assign(c, add_n(products))}), 1, {c});
}

Subject big_product() {
  const Graph graph;
  const Output c = matmul(variable(graph, uniform(f32, {300, 300}, 1)),
                          variable(graph, uniform(f32, {300, 300}, 2)));
  return fetched("big_matmul", graph, {c});
}

Subject kfold() {
  const Graph graph;
  std::vector<Output> steps;
  std::vector<Output> weights;
  for (std::uint64_t i = 0; i < 16; ++i) {
    const Output X = constant(graph, uniform(f32, {1000, 32}, 2 * i));
    const Output d = constant(graph, uniform(f32, {1000, 1}, 2 * i + 1));
    const Output w = variable(zeros(graph, f32, {32, 1}));
    const Output mse = reduce_mean(square(matmul(X, w) - d));
    steps.push_back(assign(w, w - 0.1 * gradients(mse, {w}).at(0)));
    weights.push_back(w);
  }
  return trained("kfold", graph, group(steps), 5, weights);
}

/// A polynomial of degree 8 in powers that are made in every step.
Subject poly_fit() {
  const Graph graph;
  std::vector<Output> weights;
  const auto new_weight = [&] {
    weights.push_back(variable(graph, Tensor::zeros(f32, {1, 1})));
    return weights.back();
  };
  const Output x = variable(graph, uniform(f32, {5000, 1}, 1));
  Output power = x;
  Output y = matmul(power, new_weight());
  for (int degree = 2; degree <= 8; ++degree) {
    power = power * x;
    y = y + matmul(power, new_weight());
  }
  const Output loss = reduce_mean(square(y - constant(graph, uniform(f32, {5000, 1}, 2))));
  const std::vector<Output> slopes = gradients(loss, weights);
  std::vector<Output> updates;
  for (std::size_t i = 0; i < weights.size(); ++i)
    updates.push_back(assign_sub(weights[i], slopes[i] * 0.1));
  std::vector<Output> results = weights;
  results.push_back(loss);
  return trained("poly_fit", graph, group(updates), 10, results);
}

Subject elementwise(std::int64_t elements) {
  const Graph graph;
  const auto scalar = [&](float value) { return variable(graph, Tensor::scalar(value)); };
  const Output x = variable(graph, uniform(f32, {elements}, 1));
  const Output a = scalar(1.5F);
  const Output b = scalar(-0.25F);
  const Output c = scalar(2.0F);
  const Output d = scalar(0.75F);
  const Output y = variable(zeros(graph, f32, {elements}));
  const Output step = group({assign(y, tanh(a * x + b) * c - d / (1 + exp(-x)))});
  return trained("elementwise", graph, step, 1, {y});
}

Subject reduce() {
  const Graph graph;
  const Output x = variable(graph, uniform(f32, {100, 10'000}, 1));
  std::vector<Output> results;
  for (const Axes& axes : {Axes{0, 1}, Axes{0}, Axes{1}}) {
    results.push_back(reduce_sum(x, {.axes = axes}));
    results.push_back(reduce_mean(x, {.axes = axes}));
    results.push_back(reduce_max(x, {.axes = axes}));
  }
  return fetched("reduce", graph, results);
}

/// Models, chains and fans side by side, as many kinds as passes look for.
Subject medley() {
  const Graph graph;
  std::vector<Output> steps;
  std::vector<Output> results;
  for (std::uint64_t part = 0; part < 20; ++part) {
    const Output X = constant(graph, uniform(f32, {100, 2}, 2 * part));
    const Output d = constant(graph, uniform(f32, {100, 1}, 2 * part + 1));
    const Output w = variable(zeros(graph, f32, {2, 1}));
    const Output mse = reduce_mean(square(matmul(X, w) - d));
    steps.push_back(assign(w, w - 0.1 * gradients(mse, {w}).at(0)));
    Output column = matmul(X, w);
    Output number = reduce_sum(w);
    std::vector<Output> terms;
    for (int i = 0; i < 10; ++i) {
      column = tanh(abs(column + d) * number);
      number = sqrt(square(number) + 1);
      terms.push_back(exp(column * i));
    }
    results.push_back(reduce_sum(add_n(terms)));
  }
  return trained("plan", graph, group(steps), 3, results);
}

}  // namespace

std::vector<Family> benchmark() {
  const std::vector<std::function<Subject()>> makes{
      [] { return line("w1_f32", f32); },
      [] { return line("w1_f64", DType::f64); },
      [] { return wide("wide_100", 5000, 100); },
      [] { return wide("wide_1000", 700, 1000); },
      chain,
      fan,
      [] { return branches("branches_64", 64); },
      [] { return branches("branches_256", 128); },
      big_product,
      kfold,
      poly_fit,
      [] { return elementwise(10'000); },
      [] { return elementwise(200'000); },
      reduce,
      medley,
  };
  return {{"benchmark", makes.size(), [makes](std::size_t index) { return makes[index](); }}};
}

}  // namespace deft::digest
