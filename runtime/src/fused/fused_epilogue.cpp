#include "fused_epilogue.hpp"

#include "fused/fused_kernel.hpp"

namespace deft {
namespace {

/// Entering machine code takes as long as a few calls for a few elements.
bool is_worth_code(const FusedProgram& program) {
  return program.rows >= 64 || program.steps.size() >= 8;
}

}  // namespace

FusedEpilogue::FusedEpilogue(const FusedProgram::Epilogue& epilogue, CodeGenerator* generator)
    : kernel_(
          fused_kernel(epilogue.program, is_worth_code(epilogue.program) ? generator : nullptr)),
      inputs_(epilogue.inputs),
      outputs_(epilogue.outputs) {}

std::size_t FusedEpilogue::argument_bytes() const {
  return whole_lines((inputs_.size() + outputs_.size()) * sizeof(void*));
}

void FusedEpilogue::run(const KernelArgs& args, std::byte* scratch) const {
  auto** const inputs = reinterpret_cast<const void**>(scratch);
  auto** const outputs = reinterpret_cast<void**>(scratch + inputs_.size() * sizeof(void*));
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    inputs[i] =
        inputs_[i].is_output ? args.outputs[inputs_[i].index] : args.inputs[inputs_[i].index];
  for (std::size_t i = 0; i < outputs_.size(); ++i) outputs[i] = args.outputs[outputs_[i]];
  const KernelArgs own{.inputs = inputs,
                       .outputs = outputs,
                       .scratch = scratch + argument_bytes(),
                       .thread_scratch = scratch + argument_bytes() + shared_bytes()};
  kernel_.run(kernel_.state.get(), own, 0, kernel_.blocks);
}

}  // namespace deft
