#include "prepare.hpp"

#include <algorithm>
#include <array>

#include <deft/core/error.hpp>

#include "run_error.hpp"

namespace deft {
namespace {

std::size_t bytes_of(const TensorSpec& spec) { return spec.shape.num_bytes(spec.dtype); }

constexpr std::size_t most_scratch = std::size_t{1} << 62;

std::string fault_of_forward(const OpDef& op, std::span<const TensorSpec> inputs,
                             std::span<const TensorSpec> outputs) {
  if (inputs.size() < outputs.size() || outputs.empty() || op.effect == Effect::writes_variable)
    return "forwards, which is for ops without effect that make each output of an input";
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (!op.needs_value(i) || bytes_of(inputs[i]) != bytes_of(outputs[i]))
      return "forwards " + to_string(inputs[i]) + " as " + to_string(outputs[i]);
  return {};
}

std::string fault_of_copy(const Kernel& kernel, const OpDef& op, std::span<const TensorSpec> inputs,
                          std::span<const TensorSpec> outputs) {
  if (kernel.copies < 0) return {};
  const auto input = static_cast<std::size_t>(kernel.copies);
  if (input < inputs.size() && op.needs_value(input) && outputs.size() == 1 &&
      bytes_of(inputs[input]) == bytes_of(outputs[0]))
    return {};
  return "copies input " + std::to_string(kernel.copies) + ", which is not all of its only output";
}

/// Kernel::rows_per_block promises that blocks make the rows of one result, and nothing else.
std::string fault_of_rows(const Kernel& kernel, std::span<const TensorSpec> inputs,
                          std::span<const TensorSpec> outputs) {
  const std::int64_t rows = kernel.rows_per_block;
  if (rows == 0 && kernel.reads_rows_of < 0) return {};
  if (outputs.size() != 1 || outputs[0].shape.rank() == 0 || kernel.finish != nullptr ||
      kernel.scratch_bytes != 0)
    return "makes rows by blocks, which is for one output of rank 1 or more, without scratch or "
           "`finish`";
  const auto input = static_cast<std::size_t>(std::max(kernel.reads_rows_of, 0));
  if (kernel.reads_rows_of >= 0 &&
      (rows == 0 || input >= inputs.size() || inputs[input].shape.rank() == 0 ||
       inputs[input].shape[0] != outputs[0].shape[0]))
    return "reads rows of input " + std::to_string(input) +
           ", which is not one of as many rows as are made by blocks";
  if (rows < 0 || kernel.blocks != (outputs[0].shape[0] - 1) / rows + 1)
    return "makes " + std::to_string(outputs[0].shape[0]) + " rows in " +
           std::to_string(kernel.blocks) + " blocks of " + std::to_string(rows);
  return {};
}

Kernel prepare(const Draft& draft, std::size_t at, std::span<const TensorSpec> inputs) {
  const Node& node = draft.node(at);
  const Operation& operation = draft.operations[at];
  if (operation.op->kernel == nullptr)
    refuse_node(node, draft.graph, {.message = "has no kernel", .cure = "set OpDef::kernel"},
                inputs);
  Kernel kernel;
  try {
    kernel = operation.op->kernel({.inputs = inputs,
                                   .outputs = draft.outputs(at),
                                   .attributes = *operation.attributes,
                                   .threads = draft.options.threads});
  } catch (...) {
    std::rethrow_exception(failure_of("the kernel", node, draft.graph, inputs));
  }
  if (const std::string fault = fault_of(kernel, *operation.op, inputs, draft.outputs(at));
      !fault.empty())
    refuse_node(node, draft.graph,
                {.code = ErrorCode::internal,
                 .message = "the kernel " + fault,
                 .cure = "mend the kernel in the op's OpDef"},
                inputs);
  return kernel;
}

}  // namespace

bool is_source(const OpDef& op) {
  return op.effect == Effect::fed || op.effect == Effect::reads_variable || op.value != nullptr;
}

std::string fault_of(const Kernel& kernel, const OpDef& op, std::span<const TensorSpec> inputs,
                     std::span<const TensorSpec> outputs) {
  for (const std::size_t bytes : {kernel.scratch_bytes, kernel.thread_scratch_bytes})
    if (bytes > most_scratch) return "asks for " + std::to_string(bytes) + " bytes of scratch";
  if (kernel.forwards) return fault_of_forward(op, inputs, outputs);
  if (kernel.run == nullptr) {
    const auto missing = std::find_if(outputs.begin(), outputs.end(),
                                      [](const TensorSpec& spec) { return bytes_of(spec) != 0; });
    if (missing != outputs.end()) return "runs nothing, but must make " + to_string(*missing);
  } else if (kernel.blocks < 1) {
    return "has " + std::to_string(kernel.blocks) + " blocks";
  }
  for (const Kernel::Partials& each : kernel.partials)
    if (each.offset > kernel.scratch_bytes || each.bytes > kernel.scratch_bytes - each.offset)
      return "leaves " + std::to_string(each.bytes) + " bytes from byte " +
             std::to_string(each.offset) + " on in " + std::to_string(kernel.scratch_bytes) +
             " bytes of scratch";
  if (std::string fault = fault_of_rows(kernel, inputs, outputs); !fault.empty()) return fault;
  return fault_of_copy(kernel, op, inputs, outputs);
}

Kernel prepare_kernel(const Draft& draft, std::size_t at) {
  const std::span<const ValueId> values = draft.inputs_of(at);
  std::array<TensorSpec, 4> few;
  if (values.size() <= few.size()) {
    for (std::size_t i = 0; i < values.size(); ++i) few[i] = *draft.specs[values[i]];
    return prepare(draft, at, std::span(few).first(values.size()));
  }
  std::vector<TensorSpec> inputs;
  inputs.reserve(values.size());
  for (const ValueId value : values) inputs.push_back(*draft.specs[value]);
  return prepare(draft, at, inputs);
}

}  // namespace deft
