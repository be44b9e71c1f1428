#include "numerics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <deft/core/error.hpp>

#include "run_error.hpp"

namespace deft {
namespace {

constexpr std::int64_t elements_between_looks = std::int64_t{1} << 20;

/// The first element that is not finite, or `count`.
template <class T>
std::int64_t find_in(const T* values, std::int64_t count) {
  bool any = false;  // first without a branch per element, so that the loop becomes vector code
  for (std::int64_t i = 0; i < count; ++i)
    any |= !(std::abs(values[i]) <= std::numeric_limits<T>::max());
  if (!any) return count;
  return std::find_if(values, values + count, [](T x) { return !std::isfinite(x); }) - values;
}

template <class T>
std::int64_t find_non_finite(const void* data, std::int64_t count, const RunInterrupt* interrupt) {
  const T* const values = static_cast<const T*>(data);
  for (std::int64_t begin = 0; begin < count; begin += elements_between_looks) {
    if (interrupt != nullptr && begin != 0) interrupt->check();
    const std::int64_t length = std::min(elements_between_looks, count - begin);
    const std::int64_t found = find_in(values + begin, length);
    if (found < length) return begin + found;
  }
  return count;
}

[[noreturn]] void refuse(const Plan& plan, std::uint32_t instruction, std::size_t output,
                         std::int64_t element, double value) {
  const Node& node = plan.graph.node(plan.instructions[instruction].node);
  const std::string of =
      node.outputs.size() == 1 ? " of " : " of '" + node.output_name(output) + "', ";
  refuse_node(
      node, plan.graph,
      {.code = ErrorCode::non_finite,
       .message = std::string("produced ") +
                  (std::isnan(value) ? "NaN"
                   : value > 0       ? "inf"
                                     : "-inf") +
                  " as element " + std::to_string(element) + of + to_string(node.outputs[output]),
       .cure = "it is the first operation of the plan that does: look at its inputs"});
}

}  // namespace

void check_numerics(const Plan& plan, const Frame& frame, std::uint32_t instruction,
                    const RunInterrupt* interrupt) {
  const std::span<const ValueId> outputs = plan.outputs_of(instruction);
  const KernelArgs args = frame.args(plan.instructions[instruction], interrupt, 0);
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    const Value& value = plan.values[outputs[o]];
    const void* const data = args.outputs[o];
    if (value.dtype == DType::f32) {
      const std::int64_t found = find_non_finite<float>(data, value.elements, interrupt);
      if (found < value.elements)
        refuse(plan, instruction, o, found, double{static_cast<const float*>(data)[found]});
    } else if (value.dtype == DType::f64) {
      const std::int64_t found = find_non_finite<double>(data, value.elements, interrupt);
      if (found < value.elements)
        refuse(plan, instruction, o, found, static_cast<const double*>(data)[found]);
    }
  }
}

}  // namespace deft
