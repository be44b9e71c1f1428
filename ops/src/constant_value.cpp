#include <deft/ops/constant_value.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/kernel.hpp>
#include <deft/core/op_def.hpp>

#include "kernels/environment/single_thread.hpp"
#include "kernels/environment/standard_arithmetic.hpp"

namespace deft {
namespace {

/// 64 bytes of alignment, as KernelArgs promises.
Tensor scratch_of(std::size_t bytes) { return Tensor::uninitialized(DType::u8, {bytes}); }

bool all_known(std::span<const TensorSpec> specs) {
  return std::ranges::all_of(specs, [](const TensorSpec& s) { return s.shape.is_fully_defined(); });
}

/// What tensors take; nothing if that does not fit in 64 bits.
std::optional<std::size_t> bytes_of(std::span<const TensorSpec> specs) {
  std::size_t all = 0;
  for (const TensorSpec& spec : specs) {
    std::size_t bytes = 0;
    try {
      bytes = spec.shape.num_bytes(spec.dtype);
    } catch (const ValueError&) {
      return {};
    }
    if (__builtin_add_overflow(all, bytes, &all)) return {};
  }
  return all;
}

/// One execution of a kernel, with all blocks on this thread.
std::vector<Tensor> execute(const Kernel& kernel, std::span<const TensorSpec> specs,
                            const std::vector<Tensor>& inputs) {
  std::vector<Tensor> results;
  if (kernel.forwards) {
    for (std::size_t i = 0; i < specs.size(); ++i)
      results.push_back(inputs[i].reshaped(specs[i].shape));
    return results;
  }
  std::vector<const void*> in;
  in.reserve(inputs.size());
  for (const Tensor& input : inputs) in.push_back(input.raw());
  std::vector<void*> out;
  results.reserve(specs.size());
  for (const TensorSpec& spec : specs)
    out.push_back(
        results.emplace_back(Tensor::uninitialized(spec.dtype, spec.shape)).mutable_raw());
  Tensor scratch = scratch_of(kernel.scratch_bytes);
  Tensor thread_scratch = scratch_of(kernel.thread_scratch_bytes);
  KernelArgs args;
  args.inputs = in.data();
  args.outputs = out.data();
  args.scratch = static_cast<std::byte*>(scratch.mutable_raw());
  args.thread_scratch = static_cast<std::byte*>(thread_scratch.mutable_raw());
  if (kernel.run != nullptr) kernel.run(kernel.state.get(), args, 0, kernel.blocks);
  if (kernel.finish != nullptr) kernel.finish(kernel.state.get(), args);
  return results;
}

[[noreturn]] void fail(const Node& node, ErrorCode code, const std::string& message,
                       const std::string& cure) {
  throw RunError({.code = code,
                  .message = message,
                  .cure = cure,
                  .op = std::string(node.op->name),
                  .node = node.name(),
                  .where = node.where});
}

}  // namespace

std::optional<Tensor> ConstantValues::of(const Output& output) {
  const Graph graph = output.graph();
  std::vector<NodeId> waiting{output.node_id()};
  while (!waiting.empty()) {
    const NodeId id = waiting.back();
    if (known_.count(id) == 0) {
      if (!is_ready(graph, id, waiting)) continue;
      known_[id] = compute(graph, graph.node(id));
    }
    waiting.pop_back();
  }
  const Values& values = known_.at(output.node_id());
  if (!values || output.index() >= values->size()) return {};
  return (*values)[output.index()];
}

/// Whether the inputs whose values a node needs have been asked about; puts the first that was not
/// on top of `waiting`. An input without a value is enough to know that there is none.
bool ConstantValues::is_ready(const Graph& graph, NodeId id, std::vector<NodeId>& waiting) const {
  const Node& node = graph.node(id);
  if (node.op->effect != Effect::none || node.op->kernel == nullptr) return true;
  if (!all_known(node.outputs)) return true;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (!node.op->needs_value(i)) continue;
    const auto found = known_.find(node.inputs[i].node);
    if (found == known_.end()) {
      waiting.push_back(node.inputs[i].node);
      return false;
    }
    if (!found->second) return true;
  }
  return true;
}

/// Whether one more value is within the limits.
bool ConstantValues::affords(double flops, std::size_t bytes) const {
  return flops <= limits_.flops_of_value && bytes <= limits_.bytes_of_value &&
         flops <= limits_.flops - flops_ && bytes <= limits_.bytes - bytes_;
}

ConstantValues::Values ConstantValues::limited() {
  is_limited_ = true;
  return {};
}

ConstantValues::Values ConstantValues::compute(const Graph& graph, const Node& node) {
  const OpDef& op = *node.op;
  if (op.value != nullptr) return std::vector<Tensor>{op.value(*node.attributes)};
  if (op.effect != Effect::none || op.kernel == nullptr || !all_known(node.outputs)) return {};
  std::vector<Tensor> inputs;
  std::vector<TensorSpec> specs;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const Endpoint from = node.inputs[i];
    specs.push_back(graph.output(from).spec());
    if (!op.needs_value(i)) {
      if (!specs.back().shape.is_fully_defined()) return {};
      inputs.push_back(Tensor::uninitialized(DType::u8, {0}));
      continue;
    }
    const auto found = known_.find(from.node);
    if (found == known_.end() || !found->second) return {};
    inputs.push_back((*found->second)[from.index].aligned());
  }
  // Before the kernel is made, which may take time and memory of its own; one that forwards its
  // inputs makes nothing.
  const std::optional<std::size_t> bytes = bytes_of(node.outputs);
  const std::optional<std::size_t> given = bytes_of(specs);
  if (!bytes || !given || (*bytes > *given && !affords(0, *bytes))) return limited();
  const StandardArithmetic arithmetic;
  const SingleThread single_thread;
  try {
    const Kernel kernel = op.kernel({specs, node.outputs, *node.attributes});
    if (!kernel.forwards) {
      const double flops = std::max(kernel.flops, 0.0);
      if (!affords(flops, *bytes) || !affords(flops, kernel.scratch_bytes)) return limited();
      bytes_ += *bytes;
      flops_ += flops;
    }
    return execute(kernel, node.outputs, inputs);
  } catch (const Refusal& refusal) {
    fail(node, refusal.code, refusal.message, refusal.cure);
  } catch (const Error& error) {
    fail(node, error.code(), error.info().message, error.info().cure);
  }
}

std::optional<Tensor> constant_value(const Output& output) { return ConstantValues().of(output); }

}  // namespace deft
