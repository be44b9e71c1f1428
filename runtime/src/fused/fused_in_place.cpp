#include "fused_in_place.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace deft {
namespace {

/// The last step that reads input `input`, if each that reads it takes its elements one by one, as
/// it goes over the rows; else as many as there are steps. Reductions take elements later, products
/// take other rows too, and a row that is repeated is read again. So is a single element by machine
/// code, whenever that or a copy of it is needed.
std::size_t last_reader(const FusedProgram& program, std::uint32_t input) {
  const std::int64_t elements = program.inputs[input].spec.shape.num_elements();
  if (elements == 1) return program.steps.size();
  std::size_t last = 0;
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    const FusedProgram::Step& step = program.steps[i];
    for (const FusedProgram::Operand& operand : step.operands) {
      if (operand.is_step || operand.index != input) continue;
      if (step.what.kind != StepKind::map || step.spec.shape.num_elements() != elements)
        return program.steps.size();
      last = i;
    }
  }
  return last;
}

}  // namespace

unsigned in_place_inputs(const FusedProgram& program) {
  const auto bytes = [](const TensorSpec& spec) { return spec.shape.num_bytes(spec.dtype); };
  unsigned inputs = 0;
  for (std::uint32_t input = 0; input < std::min<std::size_t>(program.inputs.size(), 32); ++input) {
    const std::size_t last = last_reader(program, input);
    const auto spoils = [&](const FusedProgram::Step& step) {
      return step.output >= 0 && bytes(step.spec) == bytes(program.inputs[input].spec);
    };
    const bool is_read_in_time =
        last < program.steps.size() &&
        std::none_of(program.steps.begin(),
                     program.steps.begin() + static_cast<std::ptrdiff_t>(last), spoils);
    const bool is_read_at_the_end = std::ranges::any_of(program.epilogues, [&](const auto& each) {
      return std::ranges::any_of(each.inputs, [&](const FusedProgram::Epilogue::Argument& read) {
        return !read.is_output && read.index == input;
      });
    });
    if (is_read_in_time && !is_read_at_the_end) inputs |= 1U << input;
  }
  return inputs;
}

}  // namespace deft
