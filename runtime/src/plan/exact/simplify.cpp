#include <algorithm>
#include <optional>
#include <string>

#include "plan/rewriting.hpp"
#include "run_error.hpp"
#include "units.hpp"

namespace deft {
namespace {

constexpr int max_rewrites = 8;  // of one node, so that rules that undo each other end

/// What SimplifyContext looks at.
struct Program {
  const Draft& draft;
  const Makers& makers;

  Expression expression(std::size_t at, std::size_t index = 0) const {
    const Operation& operation = draft.operations[at];
    return {.op = operation.op,
            .attributes = operation.attributes,
            .inputs = draft.inputs_of(at),
            .outputs = draft.outputs(at),
            .index = index,
            .constant = constant_at(draft, at)};
  }

  static Expression look(const void* program, TensorId id) {
    const auto& self = *static_cast<const Program*>(program);
    const std::uint32_t at = self.makers[id];
    return self.expression(at, id - self.draft.first_value[at]);
  }
};

/// What is wrong with a rewrite, or nothing: a plan relies on it, whoever wrote the op.
std::string fault_of(const Draft& draft, std::size_t at, const Rewrite& rewrite) {
  const std::span<const TensorSpec> outputs = draft.outputs(at);
  const std::size_t wanted = rewrite.op == nullptr ? outputs.size() : draft.inputs_of(at).size();
  if (rewrite.inputs.size() != wanted)
    return "gives " + std::to_string(rewrite.inputs.size()) + " inputs, not " +
           std::to_string(wanted);
  for (const TensorId input : rewrite.inputs)
    if (input >= draft.specs.size()) return "reads a tensor that the graph does not have";
  if (rewrite.op != nullptr)
    return rewrite.op->kernel == nullptr ? "gives an op that has no kernel" : "";
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (const TensorSpec& found = *draft.specs[rewrite.inputs[i]]; found != outputs[i])
      return "gives " + to_string(found) + " for output " + std::to_string(i) + ", which is " +
             to_string(outputs[i]);
  return {};
}

/// What OpDef::simplify finds, checked.
std::optional<Rewrite> rewrite_of(const Draft& draft, const Program& program, std::size_t at) {
  std::optional<Rewrite> found;
  try {
    found = draft.op(at).simplify({program.expression(at), &program, Program::look});
  } catch (...) {
    std::rethrow_exception(failure_of("the simplification", draft.node(at), draft.graph));
  }
  if (!found) return found;
  if (const std::string fault = fault_of(draft, at, *found); !fault.empty())
    refuse_node(draft.node(at), draft.graph,
                {.code = ErrorCode::internal,
                 .message = "the simplification " + fault,
                 .cure = "mend the simplification in the op's OpDef"});
  return found;
}

/// One rewrite of position `at`; false if there is none.
bool rewrite(Draft& draft, const Program& program, std::size_t at) {
  const OpDef& op = draft.op(at);
  const ValueId first = draft.first_value[at];
  const std::size_t count = draft.outputs(at).size();
  if (op.simplify == nullptr || count == 0 || draft.same_as[first] != first) return false;
  auto found = rewrite_of(draft, program, at);
  if (!found) return false;
  if (found->op == nullptr) {
    for (std::size_t i = 0; i < count; ++i) draft.same_as[first + i] = found->inputs[i];
    return true;
  }
  draft.attributes.push_back(std::move(found->attributes));
  draft.operations[at] = {found->op, &draft.attributes.back()};
  std::ranges::copy(found->inputs, draft.inputs[at].begin());
  return true;
}

}  // namespace

std::string simplify(Draft& draft) {
  const Makers makers(draft);
  const Program program{draft, makers};
  std::size_t rewritten = 0;
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    resolve_inputs(draft, at);
    check_interrupt(draft, at);
    if (!may_replace(draft, at)) continue;
    int rewrites = 0;
    while (rewrites < max_rewrites && rewrite(draft, program, at)) ++rewrites;
    if (rewrites > 0) ++rewritten;
  }
  return rewritten == 0 ? "unchanged" : count_text(rewritten, "operation") + " rewritten";
}

}  // namespace deft
