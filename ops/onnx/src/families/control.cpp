#include <array>
#include <string>

#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>

#include "op_table.hpp"

namespace deft::onnx {
namespace {

/// Iterations of a loop that is unrolled: more would make a graph that is better exported
/// otherwise.
constexpr std::int64_t most_iterations = 4096;

/// Slices that a Scan takes of all its inputs.
constexpr std::size_t most_slices = 65536;

std::vector<Output> import_if(const NodeContext& node) {
  const bool condition = node.constant_input(0, "condition").item<bool>();
  return node.import_body(node.graph_attribute(condition ? "then_branch" : "else_branch"), {});
}

/// The outputs of a body: the first `states` are what the next iteration begins with, the others
/// elements of what the loop puts together.
struct Iterations {
  std::vector<Output> states;
  std::vector<std::vector<Output>> elements;

  void add(const std::vector<Output>& results) {
    for (std::size_t i = 0; i < states.size(); ++i) states[i] = results[i];
    for (std::size_t i = 0; i < elements.size(); ++i)
      elements[i].push_back(results[states.size() + i]);
  }
};

std::vector<Output> import_loop(const NodeContext& node) {
  const GraphProto& body = node.graph_attribute("body");
  std::int64_t most = most_iterations + 1;
  if (node.has_input(0)) most = node.single_input(0, "number of iterations").to<std::int64_t>()[0];
  bool goes_on = !node.has_input(1) || node.constant_input(1, "condition").item<bool>();

  Iterations loop;
  for (std::size_t i = 2; i < node.num_inputs(); ++i) loop.states.push_back(node.input(i));
  if (body.outputs.size() < loop.states.size() + 1) node.refuse("its body has too few outputs");
  loop.elements.resize(body.outputs.size() - 1 - loop.states.size());
  for (std::int64_t i = 0; i < most && goes_on; ++i) {
    if (i == most_iterations)
      node.refuse("it has more than " + std::to_string(most_iterations) +
                  " iterations, which deft does not unroll");
    std::vector<Output> inputs{constant(node.graph(), Tensor::scalar(i)),
                               constant(node.graph(), Tensor::scalar(goes_on))};
    inputs.insert(inputs.end(), loop.states.begin(), loop.states.end());
    const std::vector<Output> results = node.import_body(body, inputs);
    const std::optional<Tensor> condition = node.known(results[0]);
    if (!condition)
      node.refuse("whether it goes on depends on values; deft unrolls loops of known length alone");
    goes_on = condition->item<bool>();
    loop.add({results.begin() + 1, results.end()});
  }
  std::vector<Output> outputs = loop.states;
  for (const std::vector<Output>& elements : loop.elements) {
    if (elements.empty()) node.refuse("it has no iteration, so that its results have no shape");
    outputs.push_back(stack(elements));
  }
  return outputs;
}

/// The axes or directions of a list that may be left out.
std::int64_t entry(const std::vector<std::int64_t>& list, std::size_t i) {
  return i < list.size() ? list[i] : 0;
}

std::vector<Output> import_scan(const NodeContext& node) {
  const GraphProto& body = node.graph_attribute("body");
  const auto scanned = static_cast<std::size_t>(node.integer("num_scan_inputs"));
  const std::vector<Output> all = node.inputs();
  if (scanned == 0 || scanned > all.size()) node.refuse("num_scan_inputs is out of range");
  const std::size_t states = all.size() - scanned;
  const auto axes = node.integers("scan_input_axes", std::vector<std::int64_t>());
  const auto directions = node.integers("scan_input_directions", std::vector<std::int64_t>());

  std::vector<std::vector<Output>> sequences;
  for (std::size_t i = 0; i < scanned; ++i) {
    const Output& x = all[states + i];
    const std::int64_t axis = node.checked_axis(entry(axes, i), x.shape().rank());
    const std::int64_t length = x.shape()[static_cast<std::size_t>(axis)];
    if (length == Shape::unknown)
      node.refuse("its length is dimension " + std::to_string(axis) + " of " + to_string(x.spec()) +
                  ", which must be known; bind it by OnnxImportOptions: batch, dims or shapes");
    if (length > most_iterations)
      node.refuse("it has " + std::to_string(length) + " iterations, and deft unrolls at most " +
                  std::to_string(most_iterations));
    if (static_cast<std::size_t>(length) * scanned > most_slices)
      node.refuse("it takes " + std::to_string(length) + " slices of each of " +
                  std::to_string(scanned) + " inputs, and deft at most " +
                  std::to_string(most_slices) + " in all");
    sequences.push_back(unstack(entry(directions, i) == 0 ? x : reverse(x, {axis}), axis));
    if (sequences.back().size() != sequences.front().size())
      node.refuse("its inputs have different lengths");
  }

  Iterations loop{{all.begin(), all.begin() + static_cast<std::ptrdiff_t>(states)}, {}};
  if (body.outputs.size() < states) node.refuse("its body has too few outputs");
  loop.elements.resize(body.outputs.size() - states);
  for (std::size_t step = 0; step < sequences.front().size(); ++step) {
    std::vector<Output> inputs = loop.states;
    for (const std::vector<Output>& sequence : sequences) inputs.push_back(sequence[step]);
    loop.add(node.import_body(body, inputs));
  }
  const auto output_axes = node.integers("scan_output_axes", std::vector<std::int64_t>());
  const auto output_directions =
      node.integers("scan_output_directions", std::vector<std::int64_t>());
  std::vector<Output> outputs = loop.states;
  for (std::size_t i = 0; i < loop.elements.size(); ++i) {
    if (loop.elements[i].empty())
      node.refuse("it has no iteration, so that its results have no shape");
    const std::int64_t axis = entry(output_axes, i);
    const Output stacked = stack(loop.elements[i], axis);
    outputs.push_back(entry(output_directions, i) == 0 ? stacked : reverse(stacked, {axis}));
  }
  return outputs;
}

constexpr std::array control{
    OpImport{"If", import_if},
    OpImport{"Loop", import_loop},
    OpImport{"Scan", import_scan, 9},
};

}  // namespace

std::span<const OpImport> control_ops() { return control; }

}  // namespace deft::onnx
