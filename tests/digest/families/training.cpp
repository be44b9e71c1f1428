#include <utility>

#include "families.hpp"
#include "values.hpp"

namespace deft::digest {
namespace {

/// What an optimizer makes of a variable and its gradient: the writes of the variable and its
/// slots.
using Rule = void (*)(std::vector<Output>& writes, const Output& w, const Output& gradient,
                      const Output& count);

Output slot_of(const Output& w) { return variable(zeros(w.graph(), w.dtype(), w.shape())); }

void sgd(std::vector<Output>& writes, const Output& w, const Output& gradient, const Output&) {
  writes.push_back(assign_sub(w, 0.05 * gradient));
}

void momentum(std::vector<Output>& writes, const Output& w, const Output& gradient, const Output&) {
  const Output speed = slot_of(w);
  const Output now = 0.9 * speed + gradient;
  writes.push_back(assign(speed, now));
  writes.push_back(assign(w, w - 0.01 * (gradient + 0.9 * now)));
}

void adam(std::vector<Output>& writes, const Output& w, const Output& gradient,
          const Output& count) {
  const Output m = slot_of(w);
  const Output v = slot_of(w);
  const Output next_m = 0.9 * m + 0.1 * gradient;
  const Output next_v = 0.999 * v + 0.001 * square(gradient);
  const Output t = cast(count + 1, w.dtype());
  const Output m_hat = next_m / (1 - pow(0.9, t));
  const Output v_hat = next_v / (1 - pow(0.999, t));
  writes.push_back(assign(m, next_m));
  writes.push_back(assign(v, next_v));
  writes.push_back(assign_sub(w, 0.001 * m_hat / (sqrt(v_hat) + 1e-8)));
}

struct NamedRule {
  const char* name;
  Rule rule;
};

constexpr NamedRule rules[] = {{"sgd", sgd}, {"momentum", momentum}, {"adam", adam}};

/// Steps that update `ws` by a rule and count themselves.
Output step_of(const Output& loss, const std::vector<Output>& ws, Rule rule) {
  const Output count = variable(zeros(loss.graph(), DType::i64, {}));
  const std::vector<Output> slopes = gradients(loss, ws);
  std::vector<Output> writes{assign_add(count, ones_like(count))};
  for (std::size_t i = 0; i < ws.size(); ++i) rule(writes, ws[i], slopes[i], count);
  return group(writes);
}

/// A network of two layers on 120 rows.
Subject perceptron(const NamedRule& named, DType dtype) {
  const Graph graph;
  const Output x = constant(graph, uniform(dtype, {120, 20}, 1));
  const Output labels = constant(graph, uniform(dtype, {120, 10}, 2));
  const std::vector<Output> ws{
      variable(graph, uniform(dtype, {20, 33}, 3)), variable(graph, uniform(dtype, {33}, 4)),
      variable(graph, uniform(dtype, {33, 10}, 5)), variable(graph, uniform(dtype, {10}, 6))};
  const Output hidden = maximum(matmul(x, ws[0]) + ws[1], 0);
  const Output logits = matmul(hidden, ws[2]) + ws[3];
  const ReduceOptions row{.axes = {1}, .keep_dims = true};
  const Output e = exp(logits - reduce_max(logits, row));
  const Output loss = reduce_mean(square(e / reduce_sum(e, row) - labels));
  std::vector<Output> results = ws;
  results.push_back(loss);
  return trained(std::string("perceptron ") + named.name, graph, step_of(loss, ws, named.rule), 20,
                 results);
}

/// The update alone, of many parameters.
Subject update(const NamedRule& named, DType dtype) {
  const Graph graph;
  const Output w = variable(graph, uniform(dtype, {30'001}, 1));
  const Output target = variable(graph, uniform(dtype, {30'001}, 2));
  const Output loss = reduce_sum(square(tanh(w) - target));
  return trained(std::string("update ") + named.name, graph, step_of(loss, {w}, named.rule), 5,
                 {w, loss});
}

}  // namespace

std::vector<Family> training() {
  std::vector<Family> families;
  for (const DType dtype : {DType::f32, DType::f64})
    families.push_back({"training_" + std::string(to_string(dtype)), 2 * std::size(rules),
                        [dtype](std::size_t index) {
                          const NamedRule& named = rules[index / 2];
                          return index % 2 == 0 ? perceptron(named, dtype) : update(named, dtype);
                        }});
  return families;
}

}  // namespace deft::digest
