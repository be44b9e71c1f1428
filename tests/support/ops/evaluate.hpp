#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/tensor.hpp>
#include <deft/core/topology.hpp>

namespace deft {

/// How evaluate() cuts the blocks of a kernel.
struct EvaluateOptions {
  std::int64_t blocks_at_a_time = 0;  // 0: all at once
  bool backwards = false;             // the last blocks first
};

/// Memory that is full of ones, with more of them behind it.
class GuardedScratch {
 public:
  explicit GuardedScratch(std::size_t bytes)
      : bytes_(bytes),
        memory_(Tensor::uninitialized(DType::u8, {static_cast<std::int64_t>(bytes + guard)})) {
    std::memset(memory_.mutable_raw(), 0xff, memory_.num_bytes());
  }

  std::byte* begin() { return static_cast<std::byte*>(memory_.mutable_raw()); }

  /// Throws if something was written behind it.
  void check() const {
    const auto behind = memory_.data<std::uint8_t>().subspan(bytes_);
    if (!std::ranges::all_of(behind, [](std::uint8_t byte) { return byte == 0xff; }))
      throw std::logic_error("a kernel writes behind its scratch");
  }

 private:
  static constexpr std::size_t guard = 1 << 14;

  std::size_t bytes_;
  Tensor memory_;
};

/// Runs a prepared kernel. Its outputs and scratch are full of ones beforehand, NaN for floating
/// dtypes, so that what it forgets to write shows. Throws std::logic_error if it writes behind its
/// scratch, which no sanitizer sees in generated code.
inline std::vector<Tensor> run_kernel(const Kernel& kernel, std::span<const TensorSpec> specs,
                                      const std::vector<Tensor>& inputs,
                                      const EvaluateOptions& options = {}) {
  std::vector<Tensor> results;
  std::vector<void*> out;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (kernel.forwards) {
      results.push_back(inputs[i].reshaped(specs[i].shape));
      continue;
    }
    results.push_back(Tensor::uninitialized(specs[i].dtype, specs[i].shape));
    std::memset(results.back().mutable_raw(), 0xff, results.back().num_bytes());
    out.push_back(results.back().mutable_raw());
  }
  if (kernel.forwards) return results;
  GuardedScratch scratch(kernel.scratch_bytes);
  GuardedScratch thread_scratch(kernel.thread_scratch_bytes);

  std::vector<const void*> in;
  for (const Tensor& input : inputs) in.push_back(input.raw());
  KernelArgs args;
  args.inputs = in.data();
  args.outputs = out.data();
  args.scratch = scratch.begin();
  args.thread_scratch = thread_scratch.begin();

  const std::int64_t size =
      options.blocks_at_a_time == 0 ? kernel.blocks : options.blocks_at_a_time;
  std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
  for (std::int64_t begin = 0; begin < kernel.blocks; begin += size)
    ranges.emplace_back(begin, std::min(begin + size, kernel.blocks));
  if (options.backwards) std::reverse(ranges.begin(), ranges.end());
  if (kernel.run != nullptr)
    for (const auto& [begin, end] : ranges) kernel.run(kernel.state.get(), args, begin, end);
  if (kernel.finish != nullptr) kernel.finish(kernel.state.get(), args);
  scratch.check();
  thread_scratch.check();
  return results;
}

/// The value of an output, computed node by node on this thread, without a session: no op has
/// an effect. `feeds` are values of placeholders, or of other outputs. Shape rules run with
/// concrete shapes, as they do when a plan is made, and throw Refusal.
inline Tensor evaluate(const Output& wanted,
                       const std::vector<std::pair<Output, Tensor>>& feeds = {},
                       const EvaluateOptions& options = {}) {
  const Graph graph = wanted.graph();
  std::map<NodeId, std::vector<Tensor>> values;
  for (const auto& [output, value] : feeds) {
    std::vector<Tensor>& of_node = values[output.node_id()];
    of_node.resize(std::max<std::size_t>(of_node.size(), output.index() + 1));
    of_node[output.index()] = value.aligned();
  }
  const NodeId root = wanted.node_id();
  for (const NodeId id : execution_order(graph, {&root, 1})) {
    if (values.count(id) != 0) continue;
    const Node& node = graph.node(id);
    if (node.op->value != nullptr) {
      values[id] = {node.op->value(*node.attributes)};
      continue;
    }
    std::vector<Tensor> inputs;
    std::vector<TensorSpec> specs;
    for (const Endpoint input : node.inputs) {
      inputs.push_back(values.at(input.node).at(input.index));
      specs.push_back(inputs.back().spec());
    }
    const std::vector<TensorSpec> outputs = node.op->infer({specs, *node.attributes});
    const Kernel kernel = node.op->kernel({specs, outputs, *node.attributes});
    values[id] = run_kernel(kernel, outputs, inputs, options);
  }
  return values.at(wanted.node_id()).at(wanted.index());
}

/// Same dtype, shape and bytes: NaN equals NaN, and 0.0 differs from -0.0.
inline bool same_bytes(const Tensor& a, const Tensor& b) {
  return a.spec() == b.spec() && std::memcmp(a.raw(), b.raw(), a.num_bytes()) == 0;
}

/// True if every way of cutting the blocks of all kernels gives `expected`, byte for byte.
inline bool same_for_all_splits(const Output& output, const Tensor& expected,
                                const std::vector<std::pair<Output, Tensor>>& feeds = {}) {
  return same_bytes(evaluate(output, feeds, {.blocks_at_a_time = 1}), expected) &&
         same_bytes(evaluate(output, feeds, {.blocks_at_a_time = 1, .backwards = true}),
                    expected) &&
         same_bytes(evaluate(output, feeds, {.blocks_at_a_time = 3, .backwards = true}), expected);
}

}  // namespace deft
