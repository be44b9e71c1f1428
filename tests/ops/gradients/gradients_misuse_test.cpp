#include <new>
#include <stdexcept>

#include "support/misuse.hpp"

namespace deft {
namespace {

/// x [3] of a loss that a user's op makes of it
Output loss_of(const OpDef& op, Bench& t, const Output& x) {
  return reduce_sum(t.graph.add(op, {x}, {}, {.name = t.here("mine")}), {.name = "loss"});
}

constexpr OpDef with_rule(OpDef::Gradient gradient, const char* no_gradient = "") {
  OpDef op;
  op.name = "custom";
  op.arity = {1, 1};
  op.infer = [](const InferContext& context) { return std::vector<TensorSpec>{context.inputs[0]}; };
  op.gradient = gradient;
  op.no_gradient = no_gradient;
  return op;
}

using Entries = std::vector<Output>;

constexpr OpDef ruleless = with_rule(nullptr);
constexpr OpDef rough = with_rule(nullptr, "it rounds");
constexpr OpDef short_rule = with_rule([](const GradientContext&) { return Entries{}; });
constexpr OpDef wrong_dtype = with_rule(
    [](const GradientContext& context) { return Entries{cast(context.grads[0], DType::f64)}; });
constexpr OpDef wrong_shape =
    with_rule([](const GradientContext& context) { return Entries{reduce_sum(context.grads[0])}; });
constexpr OpDef wrong_graph = with_rule([](const GradientContext&) {
  return Entries{constant(Graph(), Tensor::scalar(1.0F), {.name = "far"})};
});
constexpr OpDef no_value = with_rule([](const GradientContext& context) {
  return Entries{no_op(context.grads[0].graph(), {.name = "nothing"})};
});
constexpr OpDef unfit = with_rule([](const GradientContext& context) {
  return Entries{context.grads[0] + zeros(context.grads[0].graph(), DType::f32, {2, 4})};
});
constexpr OpDef throwing =
    with_rule([](const GradientContext&) -> Entries { throw std::runtime_error("no idea"); });
constexpr OpDef greedy =
    with_rule([](const GradientContext&) -> Entries { throw std::bad_alloc(); });

constexpr OpDef throwing_number = with_rule([](const GradientContext&) -> Entries { throw 42; });
constexpr OpDef refusing = with_rule([](const GradientContext&) -> Entries {
  throw Refusal{ErrorCode::numeric, "the input is odd", "make it even"};
});

constexpr Misuse arguments[] = {
    {"no y", typeid(GradientError), ErrorCode::invalid_argument,
     "{0}: gradients: no ys are given; pass what to differentiate",
     [](Bench& t) { gradients(Entries{}, {t.here(t.v)}); }},
    {"an empty y", typeid(GradientError), ErrorCode::empty_handle,
     "{0}: gradients: ys[0] is an empty Output; give it the result of a builder",
     [](Bench& t) { gradients(t.here(t.empty), {t.v}); }},
    {"an empty second y", typeid(GradientError), ErrorCode::empty_handle,
     "{0}: gradients: ys[1] is an empty Output; give it the result of a builder",
     [](Bench& t) {
       gradients(Entries{t.v, t.here(t.empty)}, {t.v});
     }},
    {"a y of another graph", typeid(GradientError), ErrorCode::wrong_graph,
     "{0}: gradients: ys[1], 'foreign', belongs to another graph; differentiate within one graph",
     [](Bench& t) {
       gradients(Entries{t.v, t.here(t.foreign)}, {t.v});
     }},
    {"a y without output", typeid(GradientError), ErrorCode::invalid_argument,
     "{0}: gradients: ys[0], 'done', is an operation without output; pass an Output that has a "
     "value",
     [](Bench& t) { gradients(t.here(t.done), {t.v}); }},
    {"an integer y", typeid(GradientError), ErrorCode::dtype_mismatch,
     "{0}: gradients: ys contains 'i' of dtype i32, but gradients exist for floating dtypes; cast "
     "to "
     "a floating dtype",
     [](Bench& t) { gradients(t.here(t.i), {t.v}); }},
    {"a y that is no scalar", typeid(GradientError), ErrorCode::shape_mismatch,
     "{0}: gradients: 'v' has the shape [3], but only a scalar can be differentiated without "
     "grad_ys; reduce it to a scalar, or pass grad_ys",
     [](Bench& t) { gradients(t.here(t.v), {t.v}); }},
    {"a y of unknown shape", typeid(GradientError), ErrorCode::shape_mismatch,
     "{0}: gradients: 'open' has the shape [?, 3], but only a scalar can be differentiated "
     "without grad_ys; reduce it to a scalar, or pass grad_ys",
     [](Bench& t) { gradients(t.here(t.open), {t.open}); }},
    {"an empty x", typeid(GradientError), ErrorCode::empty_handle,
     "{0}: gradients: xs[1] is an empty Output; give it the result of a builder",
     [](Bench& t) {
       const Output loss = reduce_sum(t.v);
       gradients(loss, {t.v, t.here(t.empty)});
     }},
    {"an x of another graph", typeid(GradientError), ErrorCode::wrong_graph,
     "{0}: gradients: xs[0], 'foreign', belongs to another graph; differentiate within one graph",
     [](Bench& t) {
       const Output loss = reduce_sum(t.v);
       gradients(loss, {t.here(t.foreign)});
     }},
    {"an x without output", typeid(GradientError), ErrorCode::invalid_argument,
     "{0}: gradients: xs[0], 'done', is an operation without output; pass an Output that has a "
     "value",
     [](Bench& t) {
       const Output loss = reduce_sum(t.v);
       gradients(loss, {t.here(t.done)});
     }},
    {"an integer x", typeid(GradientError), ErrorCode::dtype_mismatch,
     "{0}: gradients: xs contains 'i' of dtype i32, but gradients exist for floating dtypes; cast "
     "to "
     "a floating dtype",
     [](Bench& t) {
       const Output loss = reduce_sum(cast(t.i, DType::f32));
       gradients(loss, {t.here(t.i)});
     }},
    {"two seeds for one y", typeid(GradientError), ErrorCode::invalid_argument,
     "{0}: gradients: 1 ys, but 2 grad_ys; pass one per y",
     [](Bench& t) {
       gradients(t.here(t.v), {t.v}, {.grad_ys = {t.v, t.v}});
     }},
    {"a seed of another dtype", typeid(GradientError), ErrorCode::dtype_mismatch,
     "{0}: gradients: grad_ys[0] is f64[3], but 'v' is f32[3]; cast it to the dtype of y",
     [](Bench& t) { gradients(t.here(t.v), {t.v}, {.grad_ys = {t.d}}); }},
    {"a seed of another shape", typeid(GradientError), ErrorCode::shape_mismatch,
     "{0}: gradients: grad_ys[0] is f32[2, 3], but 'v' is f32[3]; give it the shape of y",
     [](Bench& t) { gradients(t.here(t.v), {t.v}, {.grad_ys = {t.a}}); }},
    {"an empty seed", typeid(GradientError), ErrorCode::empty_handle,
     "{0}: gradients: grad_ys[0] is an empty Output; give it the result of a builder",
     [](Bench& t) { gradients(t.here(t.v), {t.v}, {.grad_ys = {t.empty}}); }},
    {"a seed of another graph", typeid(GradientError), ErrorCode::wrong_graph,
     "{0}: gradients: grad_ys[0], 'foreign', belongs to another graph; differentiate within one "
     "graph",
     [](Bench& t) { gradients(t.here(t.v), {t.v}, {.grad_ys = {t.foreign}}); }},
    {"an empty stop", typeid(GradientError), ErrorCode::empty_handle,
     "{0}: gradients: stop_gradients[0] is an empty Output; give it the result of a builder",
     [](Bench& t) { gradients(t.here(t.v), {t.v}, {.stop_gradients = {t.empty}}); }},
    {"a stop of another graph", typeid(GradientError), ErrorCode::wrong_graph,
     "{0}: gradients: stop_gradients[0], 'foreign', belongs to another graph; differentiate "
     "within one graph",
     [](Bench& t) { gradients(t.here(t.v), {t.v}, {.stop_gradients = {t.foreign}}); }},
};

constexpr Misuse paths[] = {
    {"a y that does not depend on x", typeid(GradientError), ErrorCode::not_differentiable,
     "{0}: gradients: 'loss' does not depend on 'w'; use Unconnected::zeros if a gradient of zero "
     "is meant",
     [](Bench& t) {
       const Output loss = reduce_sum(t.v, {.name = "loss"});
       gradients(t.here(loss), {t.w}, {.unconnected = Unconnected::error});
     },
     true},
    {"through an assign", typeid(GradientError), ErrorCode::not_differentiable,
     "{0}: assign 'step': has no gradient: an assign changes a variable; differentiate the value "
     "that is assigned (on the path loss <- squares <- step); wrap it in stop_gradient, or list "
     "it in stop_gradients",
     [](Bench& t) {
       const Output step = assign(t.w, t.v * 2.0, {.name = "step"});
       const Output loss = reduce_sum(square(step, {.name = "squares"}), {.name = "loss"});
       gradients(t.here(loss), {t.v});
     },
     true},
    {"a long way through an op without rule", typeid(GradientError), ErrorCode::not_differentiable,
     "{0}: custom 'mine': has no gradient (on the path loss <- neg_19 <- neg_18 <- neg_17 <- ... "
     "<- neg_2 <- neg_1 <- neg <- mine); wrap it in stop_gradient, or list it in stop_gradients",
     [](Bench& t) {
       Output x = t.graph.add(ruleless, {t.v}, {}, {.name = "mine"});
       for (int k = 0; k < 20; ++k) x = neg(x);
       const Output loss = reduce_sum(x, {.name = "loss"});
       gradients(t.here(loss), {t.v});
     },
     true},
    {"an op that says why it has no rule", typeid(GradientError), ErrorCode::not_differentiable,
     "{1}: custom 'mine': has no gradient: it rounds (on the path loss <- mine); wrap it in "
     "stop_gradient, or list it in stop_gradients",
     [](Bench& t) { gradients(t.here(loss_of(rough, t, t.v)), {t.v}); }, true},
    {"a rule that forgets an input", typeid(GradientError), ErrorCode::internal,
     "{0}: custom 'mine': the gradient rule gave 0 entries for 1 inputs; mend the rule in the "
     "op's OpDef",
     [](Bench& t) { gradients(loss_of(short_rule, t, t.v), {t.v}); }, true},
    {"a rule with another dtype", typeid(GradientError), ErrorCode::internal,
     "{0}: custom 'mine': the gradient rule gave f64[3] for input 0 of f32[3]; mend the rule in "
     "the op's OpDef",
     [](Bench& t) { gradients(loss_of(wrong_dtype, t, t.v), {t.v}); }, true},
    {"a rule with another shape", typeid(GradientError), ErrorCode::internal,
     "{0}: custom 'mine': the gradient rule gave f32[] for input 0 of f32[3], which does not "
     "broadcast to that; mend the rule in the op's OpDef",
     [](Bench& t) { gradients(loss_of(wrong_shape, t, t.v), {t.v}); }, true},
    {"a rule with another graph", typeid(GradientError), ErrorCode::internal,
     "{0}: custom 'mine': the gradient rule gave 'far' of another graph for input 0 of f32[3]; "
     "mend the rule in the op's OpDef",
     [](Bench& t) { gradients(loss_of(wrong_graph, t, t.v), {t.v}); }, true},
    {"a rule without value", typeid(GradientError), ErrorCode::internal,
     "{0}: custom 'mine': the gradient rule gave 'gradients/nothing', which has no output, for "
     "input 0 of f32[3]; mend the rule in the op's OpDef",
     [](Bench& t) { gradients(loss_of(no_value, t, t.v), {t.v}); }, true},
    {"a rule that builds what does not fit", typeid(GradientError), ErrorCode::shape_mismatch,
     "{0}: custom 'mine': the gradient rule failed: add: the shapes [3] and [2, 4] do not "
     "broadcast: dimension -1 is 3 and 4; mend the rule in the op's OpDef",
     [](Bench& t) { gradients(loss_of(unfit, t, t.v), {t.v}); }, true},
    {"a rule that throws", typeid(GradientError), ErrorCode::kernel_failure,
     "{0}: custom 'mine': the gradient rule failed: no idea; mend the rule in the op's OpDef",
     [](Bench& t) { gradients(loss_of(throwing, t, t.v), {t.v}); }, true},
    {"a rule that gets no memory", typeid(GradientError), ErrorCode::resource_exhausted,
     "{0}: custom 'mine': the gradient rule was refused memory; use a smaller graph or free memory",
     [](Bench& t) { gradients(loss_of(greedy, t, t.v), {t.v}); }, true},
    {"a rule that throws a number", typeid(GradientError), ErrorCode::kernel_failure,
     "{0}: custom 'mine': the gradient rule failed with something that is not a std::exception; "
     "mend the rule in the op's OpDef",
     [](Bench& t) { gradients(loss_of(throwing_number, t, t.v), {t.v}); }, true},
    {"a rule that refuses", typeid(GradientError), ErrorCode::numeric,
     "{0}: custom 'mine': the gradient rule failed: the input is odd; mend the rule in the op's "
     "OpDef",
     [](Bench& t) { gradients(loss_of(refusing, t, t.v), {t.v}); }, true},
};

TEST_CASE("misused gradients") { check_misuses(arguments); }
TEST_CASE("what has no gradient, and wrong gradient rules") { check_misuses(paths); }

TEST_CASE("a failed gradient leaves no scope behind") {
  Bench bench;
  CHECK_THROWS_AS(gradients(loss_of(throwing, bench, bench.v), {bench.v}), GradientError);
  CHECK(neg(bench.v).name() == "neg");
}

TEST_CASE("no x gives no gradient") {
  Bench bench;
  CHECK(gradients(reduce_sum(bench.v), {}).empty());
}

}  // namespace
}  // namespace deft
