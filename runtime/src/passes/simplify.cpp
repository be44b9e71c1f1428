#include <algorithm>

#include "rewriting.hpp"

namespace deft {
namespace {

constexpr int max_rewrites = 8;  // of one node, so that rules that undo each other end

/// What SimplifyContext looks at.
struct Program {
  const Draft& draft;
  const Makers& makers;

  Expression expression(std::size_t at) const {
    const Operation& operation = draft.operations[at];
    return {.op = operation.op,
            .attributes = operation.attributes,
            .inputs = draft.inputs_of(at),
            .outputs = draft.outputs(at),
            .constant = constant_at(draft, at)};
  }

  static Expression look(const void* program, TensorId id) {
    const auto& self = *static_cast<const Program*>(program);
    return self.expression(self.makers[id]);
  }
};

/// One rewrite of position `at`; false if there is none.
bool rewrite(Draft& draft, const Program& program, std::size_t at) {
  const OpDef& op = draft.op(at);
  if (op.simplify == nullptr || draft.same_as[draft.first_value[at]] != draft.first_value[at])
    return false;
  auto found = op.simplify({program.expression(at), &program, Program::look});
  if (!found) return false;
  if (found->op == nullptr) {
    draft.same_as[draft.first_value[at]] = found->inputs.at(0);
    return true;
  }
  draft.attributes.push_back(std::move(found->attributes));
  draft.operations[at] = {found->op, &draft.attributes.back()};
  std::ranges::copy(found->inputs, draft.inputs_of(at).begin());
  return true;
}

}  // namespace

std::string simplify(Draft& draft) {
  const Makers makers(draft);
  const Program program{draft, makers};
  std::size_t rewritten = 0;
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    resolve_inputs(draft, at);
    if (!may_replace(draft, at)) continue;
    int rewrites = 0;
    while (rewrites < max_rewrites && rewrite(draft, program, at)) ++rewrites;
    if (rewrites > 0) ++rewritten;
  }
  return rewritten == 0 ? "unchanged" : std::to_string(rewritten) + " operations rewritten";
}

}  // namespace deft
