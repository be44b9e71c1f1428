#include "families.hpp"
#include "values.hpp"

namespace deft::digest {
namespace {

/// Of a product [rows, inner] x [inner, columns].
struct Sizes {
  std::int64_t rows;
  std::int64_t inner;
  std::int64_t columns;
};

constexpr Sizes sizes[] = {
    {1, 1, 1},     {1, 7, 1},     {5, 1, 5},     {3, 4, 5},     {8, 8, 8},     {16, 17, 15},
    {64, 48, 64},  {33, 100, 65}, {1, 784, 128}, {64, 500, 10}, {100, 3, 1},   {2500, 2, 1},
    {2500, 16, 1}, {2100, 17, 4}, {1, 2500, 1},  {300, 100, 1}, {1, 300, 500}, {500, 1, 100},
    {7, 1000, 3},  {70, 33, 90},  {130, 130, 1}, {4, 0, 3},     {0, 4, 3},     {4, 3, 0},
};

// f32 products for which the library's kernel has used the stack pointer for data: what replaces it
// may add in another order.
constexpr Sizes transposed_sizes[] = {
    {1000, 3000, 100}, {1024, 1024, 16}, {5000, 256, 17}, {256, 512, 17}, {640, 300, 48}};

constexpr bool flags[] = {false, true};

Output operand(const Graph& graph, DType dtype, std::vector<std::int64_t> batch, Shape matrix,
               bool transposed, std::uint64_t seed) {
  batch.push_back(matrix[transposed ? 1 : 0]);
  batch.push_back(matrix[transposed ? 0 : 1]);
  return variable(graph, uniform(dtype, Shape(batch), seed));
}

struct Batches {
  std::vector<std::int64_t> a;
  std::vector<std::int64_t> b;
};

/// Products with all flags, with something to do before and after, and their gradients.
void add_products(std::vector<Output>& results, const Graph& graph, DType dtype, const Sizes& n,
                  const Batches& batches) {
  for (const bool transpose_a : flags)
    for (const bool transpose_b : flags) {
      const Output a = operand(graph, dtype, batches.a, {n.rows, n.inner}, transpose_a, 1);
      const Output b = operand(graph, dtype, batches.b, {n.inner, n.columns}, transpose_b, 2);
      const Output c = matmul(a, b, {.transpose_a = transpose_a, .transpose_b = transpose_b});
      results.push_back(c);
      results.push_back(
          matmul(a * 2, b - 1, {.transpose_a = transpose_a, .transpose_b = transpose_b}));
      results.push_back(maximum(c + 1, 0));
      if (!is_floating(dtype)) continue;
      const std::vector<Output> slopes = gradients(reduce_sum(square(c)), {a, b});
      results.insert(results.end(), slopes.begin(), slopes.end());
    }
}

std::string name_of(const Sizes& n) {
  return std::to_string(n.rows) + "x" + std::to_string(n.inner) + "x" + std::to_string(n.columns);
}

Subject plain_product(DType dtype, std::size_t index) {
  const Graph graph;
  std::vector<Output> results;
  add_products(results, graph, dtype, sizes[index], {});
  return fetched(name_of(sizes[index]), graph, results);
}

Subject batched_product(DType dtype) {
  const Batches batches[] = {{{3}, {3}}, {{2, 3}, {3}}, {{4}, {}}, {{1, 5}, {2, 1}}};
  const Graph graph;
  std::vector<Output> results;
  for (const Batches& each : batches)
    for (const Sizes& n : {Sizes{5, 7, 3}, Sizes{33, 16, 1}, Sizes{16, 32, 48}})
      add_products(results, graph, dtype, n, each);
  return fetched("batches", graph, results);
}

Subject transposed_product(std::size_t index) {
  const Sizes& n = transposed_sizes[index];
  const Graph graph;
  std::vector<Output> results;
  for (const bool transpose_a : flags) {
    const Output a = operand(graph, DType::f32, {}, {n.rows, n.inner}, transpose_a, 1);
    for (const bool transpose_b : flags) {
      const Output b = operand(graph, DType::f32, {}, {n.inner, n.columns}, transpose_b, 2);
      results.push_back(matmul(a, b, {.transpose_a = transpose_a, .transpose_b = transpose_b}));
    }
  }
  Subject subject = fetched(name_of(n), graph, {});
  subject.runs.push_back({.fetches = results});
  return subject;
}

/// Products of products, which a session that reassociates computes in another order, and gradients
/// that multiply by the same constants in every step.
Subject chains(DType dtype) {
  const Graph graph;
  const auto matrix = [&](std::int64_t rows, std::int64_t columns) {
    return variable(graph, uniform(dtype, {rows, columns}, static_cast<std::uint64_t>(rows)));
  };
  const Output a = matrix(60, 90);
  const Output b = matrix(90, 50);
  const Output c = matrix(50, 1);
  const Output d = matrix(1, 60);
  const Output X = constant(graph, uniform(dtype, {800, 12}, 1));
  const Output target = constant(graph, uniform(dtype, {800, 3}, 2));
  const Output w = variable(graph, uniform(dtype, {12, 3}, 3));
  const Output e = matmul(X, w) - target;
  return fetched(
      std::string(to_string(dtype)), graph,
      {matmul(matmul(a, b), c), matmul(matmul(matmul(d, a), b), c), matmul(matmul(c, d), a),
       transpose(matmul(matmul(a, b), c)), matmul(X, e, {.transpose_a = true}),
       gradients(reduce_mean(square(e)), {w}).at(0), reduce_mean(square(e))});
}

/// Decompositions of matrices of full rank, of rank 1 and of rank 0.
Subject decompositions(DType dtype) {
  const Graph graph;
  std::vector<Output> results;
  for (const Sizes& n : {Sizes{1, 1, 1}, Sizes{7, 3, 2}, Sizes{3, 7, 2}, Sizes{40, 12, 1},
                         Sizes{12, 12, 5}, Sizes{4, 0, 3}}) {
    const Output full = variable(graph, uniform(dtype, {n.rows, n.inner}, 1));
    const Output b = variable(graph, uniform(dtype, {n.rows, n.columns}, 2));
    const Output poor = matmul(reduce_sum(full, {.axes = {1}, .keep_dims = true}),
                               reduce_sum(full, {.axes = {0}, .keep_dims = true}));
    for (const Output& a : {full, poor, zeros_like(full)}) {
      results.push_back(pinv(a));
      results.push_back(lstsq(a, b));
    }
    results.push_back(gradients(reduce_sum(square(pinv(full))), {full}).at(0));
    results.push_back(gradients(reduce_sum(square(lstsq(full, b))), {full}).at(0));
  }
  return fetched(std::string(to_string(dtype)), graph, results);
}

}  // namespace

std::vector<Family> products() {
  std::vector<Family> families;
  for (const DType dtype : {DType::f32, DType::f64, DType::i32, DType::i64})
    families.push_back({"products_" + std::string(to_string(dtype)), std::size(sizes) + 1,
                        [dtype](std::size_t index) {
                          return index < std::size(sizes) ? plain_product(dtype, index)
                                                          : batched_product(dtype);
                        }});
  families.push_back({"products_transposed", std::size(transposed_sizes), transposed_product});
  families.push_back({"product_chains", 2, [](std::size_t index) {
                        return chains(index == 0 ? DType::f32 : DType::f64);
                      }});
  families.push_back({"decompositions", 2, [](std::size_t index) {
                        return decompositions(index == 0 ? DType::f32 : DType::f64);
                      }});
  return families;
}

}  // namespace deft::digest
