#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/ops/builtins.hpp>

#include "plan/rewriting.hpp"
#include "support/ops/user_ops.hpp"
#include "support/plans/plan_text.hpp"

namespace deft {
namespace {

/// An operation with an effect that is not needed, since only its shape is asked for, stays so when
/// others move.
TEST_CASE("what is needed moves with the operations") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {3}, {.name = "x"});
  const Output w = variable(zeros(graph, DType::f32, {3}), {.name = "w"});
  const Output y = neg(x, {.name = "y"});
  const Output z = exp(y, {.name = "z"});
  const Output unneeded = assign(w, z, {.name = "unneeded"});
  const Output sum = z + cast(size(unneeded), DType::f32);
  const Output again = abs(sum, {.name = "again"});
  Drafting drafting(graph, {again}, {{x, Tensor::zeros(DType::f32, {3})}});
  Draft& draft = drafting.begin().through({drop_unused}).draft();
  const ValueId old = draft.value(y.endpoint());
  const ValueId other = append_operation(draft, draft.position[y.node_id()],
                                         user::builtin("square"), {}, {draft.value(x.endpoint())});
  draft.same_as[old] = other;
  put_in_order(draft);
  CHECK_FALSE(draft.needed[draft.position[unneeded.node_id()]]);
  CHECK_FALSE(draft.needed[draft.position[y.node_id()]]);
  CHECK(draft.needed[draft.position[again.node_id()]]);
}

}  // namespace
}  // namespace deft
