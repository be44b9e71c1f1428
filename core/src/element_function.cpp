#include <deft/core/element_function.hpp>

#include <algorithm>

namespace deft {

double ElementFunction::nanoseconds(DType dtype) const {
  if (is_integer(dtype)) return facts.nanoseconds.integer;
  return dtype == DType::f32 ? facts.nanoseconds.f32 : facts.nanoseconds.f64;
}

bool ElementFunction::accepts(std::span<const TensorSpec> inputs, const TensorSpec& output) const {
  using Result = ElementFacts::Result;
  if (inputs.size() != arity || (conditional && inputs[0].dtype != DType::boolean)) return false;
  const DType dtype = inputs.back().dtype;
  const bool gives = facts.gives == Result::any ||
                     output.dtype == (facts.gives == Result::boolean ? DType::boolean : dtype);
  return gives && facts.takes.contains(dtype) &&
         std::ranges::all_of(inputs.subspan(conditional ? 1 : 0),
                             [&](const TensorSpec& input) { return input.dtype == dtype; });
}

std::optional<ElementCode> ElementFunction::code(DType dtype) const {
  if (record == nullptr || !facts.takes.contains(dtype) || may_fail(dtype)) return std::nullopt;
  if (is_at_rest(dtype)) return std::nullopt;
  ElementCode made(dtype, arity, conditional);
  record(made);
  return made;
}

}  // namespace deft
