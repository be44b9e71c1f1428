#include "families.hpp"
#include "values.hpp"

namespace deft::digest {
namespace {

/// The rows and columns of what a network's part is applied to.
struct Extent {
  std::int64_t rows;
  std::int64_t columns;
};

constexpr Extent extents[] = {{1, 1},     {5, 1},     {1, 9},     {3, 7},
                              {64, 10},   {100, 16},  {1000, 10}, {33, 100},
                              {129, 257}, {2500, 10}, {70, 1000}, {260, 768}};

/// Variables, so that nothing is known before the run.
Output uniform_variable(const Graph& graph, DType dtype, const Shape& shape, std::uint64_t seed) {
  return variable(graph, uniform(dtype, shape, seed));
}

using Part = std::vector<Output> (*)(const Graph&, DType, const Extent&);

ReduceOptions along_rows() { return {.axes = {1}, .keep_dims = true}; }

/// The value and its gradients with uneven weights.
std::vector<Output> with_gradients(const Output& y, const std::vector<Output>& xs) {
  const Graph graph = y.graph();
  const Output weights = uniform_variable(graph, y.dtype(), y.shape(), 99);
  std::vector<Output> results = gradients(reduce_sum(y * weights), xs);
  results.insert(results.begin(), y);
  return results;
}

std::vector<Output> softmax(const Graph& graph, DType dtype, const Extent& n) {
  const Output x = uniform_variable(graph, dtype, {n.rows, n.columns}, 1) * 10;
  const Output e = exp(x - reduce_max(x, along_rows()));
  return with_gradients(e / reduce_sum(e, along_rows()), {x});
}

std::vector<Output> cross_entropy(const Graph& graph, DType dtype, const Extent& n) {
  const Output x = uniform_variable(graph, dtype, {n.rows, n.columns}, 1);
  const Output labels = uniform_variable(graph, dtype, {n.rows, n.columns}, 2);
  const Output top = stop_gradient(reduce_max(x, along_rows()));
  const Output total = log(reduce_sum(exp(x - top), along_rows())) + top;
  const Output loss = reduce_mean(reduce_sum(labels * (total - x), {.axes = {1}}));
  return {loss, gradients(loss, {x}).at(0), total};
}

std::vector<Output> layer_norm(const Graph& graph, DType dtype, const Extent& n) {
  const Output x = uniform_variable(graph, dtype, {n.rows, n.columns}, 1);
  const Output scale = uniform_variable(graph, dtype, {n.columns}, 2);
  const Output offset = uniform_variable(graph, dtype, {n.columns}, 3);
  const Output centred = x - reduce_mean(x, along_rows());
  const Output variance = reduce_mean(square(centred), along_rows());
  return with_gradients(centred * rsqrt(variance + 1e-5) * scale + offset, {x, scale, offset});
}

std::vector<Output> batch_norm(const Graph& graph, DType dtype, const Extent& n) {
  const ReduceOptions over_rows{.axes = {0}};
  const Output x = uniform_variable(graph, dtype, {n.rows, n.columns}, 1);
  const Output scale = uniform_variable(graph, dtype, {n.columns}, 2);
  const Output mean = reduce_mean(x, over_rows);
  const Output variance = reduce_mean(square(x - mean), over_rows);
  const Output y = (x - mean) * rsqrt(variance + 1e-3) * scale;
  std::vector<Output> results = with_gradients(y, {x, scale});
  results.push_back(mean);
  results.push_back(variance);
  return results;
}

std::vector<Output> bias_relu_product(const Graph& graph, DType dtype, const Extent& n) {
  const Output x = uniform_variable(graph, dtype, {n.rows, 96}, 1);
  const Output w = uniform_variable(graph, dtype, {96, n.columns}, 2);
  const Output bias = uniform_variable(graph, dtype, {n.columns}, 3);
  return with_gradients(maximum(matmul(x, w) + bias, 0), {x, w, bias});
}

std::vector<Output> activations_before_product(const Graph& graph, DType dtype, const Extent& n) {
  const Output x = uniform_variable(graph, dtype, {n.rows, n.columns}, 1);
  const Output bias = uniform_variable(graph, dtype, {n.columns}, 2);
  const Output w = uniform_variable(graph, dtype, {n.columns, 40}, 3);
  return with_gradients(matmul(tanh(x + bias), w), {x, w, bias});
}

std::vector<Output> column_sums(const Graph& graph, DType dtype, const Extent& n) {
  const Output z = uniform_variable(graph, dtype, {n.rows, n.columns}, 1);
  const Output g = uniform_variable(graph, dtype, {n.rows, n.columns}, 2);
  const Output slope = where(greater(z, 0), g, 0);
  return {reduce_sum(slope, {.axes = {0}}), reduce_mean(z * g, {.axes = {0}}),
          reduce_max(z - g, {.axes = {0}})};
}

struct Named {
  const char* name;
  Part part;
};

constexpr Named parts[] = {
    {"softmax", softmax},
    {"cross_entropy", cross_entropy},
    {"layer_norm", layer_norm},
    {"batch_norm", batch_norm},
    {"bias_relu_product", bias_relu_product},
    {"activations_before_product", activations_before_product},
    {"column_sums", column_sums},
};

Family family_of(const Named& named) {
  return {named.name, 2 * std::size(extents), [named](std::size_t index) {
            const Extent& n = extents[index / 2];
            const DType dtype = index % 2 == 0 ? DType::f32 : DType::f64;
            const Graph graph;
            return fetched(std::string(to_string(dtype)) + " " + std::to_string(n.rows) + "x" +
                               std::to_string(n.columns),
                           graph, named.part(graph, dtype, n));
          }};
}

}  // namespace

std::vector<Family> networks() {
  std::vector<Family> families;
  for (const Named& named : parts) families.push_back(family_of(named));
  return families;
}

}  // namespace deft::digest
