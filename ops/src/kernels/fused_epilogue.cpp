#include "fused_epilogue.hpp"

#include <array>

#include <deft/core/error.hpp>
#include <deft/ops/fused_kernel.hpp>

namespace deft {
namespace {

/// Entering machine code takes as long as a few calls for a few elements.
bool is_worth_code(const FusedProgram& program) {
  return program.rows >= 64 || program.steps.size() >= 8;
}

}  // namespace

FusedEpilogue::FusedEpilogue(const FusedProgram::Epilogue& epilogue, bool generate_code)
    : kernel_(fused_kernel(epilogue.program, 1, generate_code && is_worth_code(epilogue.program))),
      inputs_(epilogue.inputs),
      outputs_(epilogue.outputs) {
  if (inputs_.size() > most_arguments || outputs_.size() > most_arguments)
    throw InternalError("an epilogue has too many arguments");
}

void FusedEpilogue::run(const KernelArgs& args, std::byte* scratch) const {
  std::array<const void*, most_arguments> inputs;
  std::array<void*, most_arguments> outputs;
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    inputs[i] =
        inputs_[i].is_output ? args.outputs[inputs_[i].index] : args.inputs[inputs_[i].index];
  for (std::size_t i = 0; i < outputs_.size(); ++i) outputs[i] = args.outputs[outputs_[i]];
  const KernelArgs own{.inputs = inputs.data(), .outputs = outputs.data(), .scratch = scratch};
  kernel_.run(kernel_.state.get(), own, 0, kernel_.blocks);
}

}  // namespace deft
