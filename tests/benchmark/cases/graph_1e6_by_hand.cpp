/// The same chain as in graph_1e6_child.cpp by hand: a node is what this one chain needs and no
/// more. No names, no shapes, no source lines, no errors.

#include <cmath>
#include <vector>

#include "cases.hpp"
#include "harness/harness.hpp"
#include "harness/peak_memory.hpp"
#include "references/call_list.hpp"

namespace deft::benchmark {
namespace {

void multiply(const float* a, const float* b, float* out) { *out = *a * *b; }
void divide(const float* a, const float* b, float* out) { *out = *a / *b; }
void square_of(const float* a, const float*, float* out) { *out = *a * *a; }
void root_of(const float* a, const float*, float* out) { *out = std::sqrt(*a); }
void magnitude_of(const float* a, const float*, float* out) { *out = std::abs(*a); }
void sign_of(const float* a, const float*, float* out) {
  *out = static_cast<float>((*a > 0) - (*a < 0));
}
void nothing(const float*, const float*, float*) {}

using Id = std::uint32_t;

struct Node {
  CallList::Function function = nullptr;
  Id a = 0;
  Id b = 0;
  float value = 0;  // of an input or a constant
};

class HandGraph {
 public:
  Id add(CallList::Function function, Id a, Id b = 0) { return add({function, a, b, 0}); }
  Id add(float value) { return add({nothing, 0, 0, value}); }

  /// dy/dx, where no node is used by two others.
  Id gradient(Id y, Id x) {
    Id dy = add(1.0F);
    while (y != x) {
      const Node node = nodes_[y];
      if (node.function == square_of) {
        dy = add(multiply, dy, add(multiply, node.a, add(2.0F)));
      } else if (node.function == root_of) {
        dy = add(divide, add(multiply, dy, add(0.5F)), y);
      } else if (node.function == magnitude_of) {
        dy = add(multiply, dy, add(sign_of, node.a));
      }
      y = node.a;
    }
    return dy;
  }

  /// Plans and runs all nodes, which are in an order that serves. A cell for each value is all that
  /// they need: to share the cells would take more memory than it saves.
  std::vector<float> run() const {
    std::vector<float> cells(nodes_.size());
    CallList calls;
    for (Id i = 0; i < nodes_.size(); ++i) {
      const Node& node = nodes_[i];
      if (node.function == nothing)
        cells[i] = node.value;
      else
        calls.add(node.function, &cells[node.a], &cells[node.b], &cells[i]);
    }
    calls.run();
    return cells;
  }

  std::size_t size() const { return nodes_.size(); }

 private:
  Id add(const Node& node) {
    nodes_.push_back(node);
    return static_cast<Id>(nodes_.size() - 1);
  }

  std::vector<Node> nodes_;
};

}  // namespace

std::vector<double> child_graph_by_hand(const std::vector<std::int64_t>& arguments) {
  const double before = memory_now();
  const Stopwatch stopwatch;
  HandGraph graph;
  const Id x = graph.add(1.0F);
  const Id b = graph.add(0.0F);
  Id y = x;
  for (std::int64_t i = 0; i < arguments.at(0) / 12; ++i) {
    const Id root = graph.add(root_of, graph.add(square_of, y));
    y = graph.add(add_elements, graph.add(magnitude_of, root), b);
  }
  const Id gradient = graph.gradient(y, x);
  const std::vector<float> cells = graph.run();
  return {static_cast<double>(graph.size()), stopwatch.seconds(), memory_peak() - before, cells[y],
          cells[gradient]};
}

}  // namespace deft::benchmark
