#include <deft/ops/element.hpp>

#include <string>

#include <deft/core/error.hpp>

#include "kernels/elementwise/elementwise.hpp"
#include "kernels/elementwise/functions.hpp"

namespace deft {

Kernel map_kernel(const ElementFunction& function, const KernelContext& context) {
  if (!function.accepts(context.inputs, context.outputs[0])) {
    std::string operands;
    for (const TensorSpec& input : context.inputs)
      operands += (operands.empty() ? "" : ", ") + to_string(input);
    throw ValueError({.code = ErrorCode::dtype_mismatch,
                      .message = "the element function " + std::string(function.facts.name) +
                                 " does not make " + to_string(context.outputs[0]) + " of " +
                                 operands,
                      .cure = "refuse such operands in the op's shape rule"});
  }
  return element_kernel(function, context);
}

void compute_row(const ElementCode& code, const Row& row) { interpret(code, row); }

}  // namespace deft
