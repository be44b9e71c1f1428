#include <utility>

#include "support/misuse.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;

constexpr Misuse runs[] = {
    {"an empty fetch", typeid(RunError), ErrorCode::empty_handle,
     "{0}: fetch 0 is an empty Output; give it the result of a builder",
     [](Bench& t) { t.session.run(t.here(t.empty)); }},
    {"an empty second fetch", typeid(RunError), ErrorCode::empty_handle,
     "{0}: fetch 1 is an empty Output; give it the result of a builder",
     [](Bench& t) {
       t.session.run({t.v, t.here(t.empty)});
     }},
    {"a fetch of another graph", typeid(RunError), ErrorCode::wrong_graph,
     "{0}: fetch 0, 'foreign', belongs to another graph; use an Output of the session's graph",
     [](Bench& t) { t.session.eval(t.here(t.foreign)); }},
    {"a feed of what is no placeholder", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: feed 0, 'v', is no placeholder but the result of constant; feed the results of "
     "placeholder()",
     [](Bench& t) {
       t.session.run(t.here(t.v), {{t.v, ones_of({3})}});
     }},
    {"a feed of another graph", typeid(RunError), ErrorCode::wrong_graph,
     "{0}: feed 0, 'foreign', belongs to another graph; use an Output of the session's graph",
     [](Bench& t) {
       t.session.run(t.here(t.v), {{t.foreign, ones_of({3})}});
     }},
    {"an empty feed", typeid(RunError), ErrorCode::empty_handle,
     "{0}: feed 1 is an empty Output; give it the result of a builder",
     [](Bench& t) {
       t.session.run(t.here(t.v), {{t.a, ones_of({2, 3})}, {t.empty, {}}});
     }},
    {"a placeholder fed twice", typeid(RunError), ErrorCode::duplicate_feed,
     "{0}: feeds 0 and 2 are both for the placeholder 'a'; feed it one value",
     [](Bench& t) {
       const Tensor x = ones_of({2, 3});
       t.session.run(t.here(t.a), {{t.a, x}, {t.open, x}, {t.a, x}});
     }},
    {"a feed of another dtype", typeid(RunError), ErrorCode::dtype_mismatch,
     "{0}: placeholder 'a': is f32[2, 3], but is fed f64[2, 3]; feed a tensor of the "
     "placeholder's dtype",
     [](Bench& t) {
       t.session.run(t.here(t.a), {{t.a, Tensor::zeros(DType::f64, {2, 3})}});
     }},
    {"a feed of another shape", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: placeholder 'a': is f32[2, 3], but is fed f32[3, 2]; feed a tensor of that shape, or "
     "declare the dimension Shape::unknown",
     [](Bench& t) {
       t.session.run(t.here(t.a), {{t.a, ones_of({3, 2})}});
     }},
    {"a feed of another rank", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: placeholder 'open': is f32[?, 3], but is fed f32[3]; feed a tensor of that shape, or "
     "declare the dimension Shape::unknown",
     [](Bench& t) {
       t.session.run(t.here(t.open), {{t.open, ones_of({3})}});
     }},
    {"a feed that is not needed is checked", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: placeholder 'a': is f32[2, 3], but is fed f32[1]; feed a tensor of that shape, or "
     "declare the dimension Shape::unknown",
     [](Bench& t) {
       t.session.run(t.here(t.v), {{t.a, ones_of({1})}});
     }},
    {"a feed that was moved from", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: placeholder 'a': is f32[2, 3], but is fed f32[0]; feed a tensor of that shape, or "
     "declare the dimension Shape::unknown",
     [](Bench& t) {
       Tensor x = ones_of({2, 3});
       const Tensor taken = std::move(x);
       t.session.run(t.here(t.a), {{t.a, x}});  // NOLINT(bugprone-use-after-move)
     }},
    {"a placeholder that is not fed", typeid(RunError), ErrorCode::not_fed,
     "{1}: the placeholder 'x' ({0}) is needed, but no value is fed; feed it: session.run(fetch, "
     "{{placeholder, value}})",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {3}, {.name = t.here("x")});
       const Output sum = reduce_sum(x + t.v);
       t.session.run(t.here(sum));
     }},
    {"placeholders that are not fed", typeid(RunError), ErrorCode::not_fed,
     "{2}: the placeholders 'x' ({0}), 'y' ({1}) are needed, but not fed; feed them: "
     "session.run(fetch, {{placeholder, value}})",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {}, {.name = t.here("x")});
       const Output y = placeholder(t.graph, DType::f32, {}, {.name = t.here("y")});
       t.session.run(t.here(x * y));
     }},
    {"a shape that is not fed", typeid(RunError), ErrorCode::not_fed,
     "{1}: the shape of the placeholder 'x' ({0}) is needed, but no value is fed; feed it: "
     "session.run(fetch, {{placeholder, value}})",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {unknown}, {.name = t.here("x")});
       t.session.run(t.here(shape(x)));
     }},
    {"variables without value", typeid(RunError), ErrorCode::uninitialized_variable,
     "{2}: the variables 'x' ({0}), 'y' ({1}) have no value yet; run "
     "global_variables_initializer(graph) first: it initializes the variables that exist "
     "when it is made",
     [](Bench& t) {
       const Output x = variable(t.v, {.name = t.here("x")});
       const Output y = variable(t.v, {.name = t.here("y")});
       t.session.run({x + t.w, t.here(y)});
     }},
    {"a variable that is read before it is assigned", typeid(RunError),
     ErrorCode::uninitialized_variable,
     "{1}: the variable 'x' ({0}) has no value yet; give it one in an earlier run: this one reads "
     "before it assigns",
     [](Bench& t) {
       const Output x = variable(t.v, {.name = t.here("x")});
       const Output y = variable(x * 2.0, {.name = "y"});
       t.session.run(t.here(global_variables_initializer(t.graph)));
       t.session.run(y);
     }},
    {"two assigns in no order", typeid(RunError), ErrorCode::write_conflict,
     "{2}: assign_add 'second': this assign to 'x' ({0}) and the assign 'first' ({1}) are in no "
     "order, so which value should remain is undefined (inputs: f32[3], f32[3]); order them by a "
     "control dependency, or run them one after the other",
     [](Bench& t) {
       const Output x = variable(t.v, {.name = t.here("x")});
       const Output first = assign(x, t.v, {.name = t.here("first")});
       const Output second = assign_add(x, t.v, {.name = t.here("second")});
       t.session.run({first, second});
     }},
    {"no step", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: steps is 0; run at least 1 step",
     [](Bench& t) { t.session.run(t.v, {.steps = t.here(0)}); }},
    {"progress every -1 steps", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: progress_every is -1; report after at least 1 step",
     [](Bench& t) { t.session.run(t.v, {.progress_every = t.here(-1)}); }},
    {"-1 threads", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: threads is -1; use 0 for all CPUs, or 1 to 1024",
     [](Bench& t) { Session(t.graph, {.threads = t.here(-1)}); }},
    {"a million threads", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: threads is 1000000; use 0 for all CPUs, or 1 to 1024",
     [](Bench& t) { Session(t.graph, {.threads = t.here(1000000)}); }},
    {"a call that is prepared for an empty fetch", typeid(RunError), ErrorCode::empty_handle,
     "{0}: fetch 0 is an empty Output; give it the result of a builder",
     [](Bench& t) { t.session.prepare({t.here(t.empty)}); }},
    {"a call that is prepared for what is no placeholder", typeid(RunError),
     ErrorCode::invalid_argument,
     "{0}: feed 0, 'w', is no placeholder but the result of variable; feed the results of "
     "placeholder()",
     [](Bench& t) { t.session.prepare({t.v}, {t.here(t.w)}); }},
    {"a call that is prepared for one placeholder twice", typeid(RunError),
     ErrorCode::duplicate_feed,
     "{0}: feeds 0 and 1 are both for the placeholder 'a'; feed it one value",
     [](Bench& t) {
       t.session.prepare({t.v}, {t.a, t.here(t.a)});
     }},
    {"a call with too many values", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: the call takes 1 value, but is given 2; pass one value per placeholder, in the order "
     "of prepare",
     [](Bench& t) {
       const Callable call = t.session.prepare({t.a}, {t.a});
       t.here(call)({ones_of({2, 3}), ones_of({1})});
     }},
    {"a call without its value", typeid(RunError), ErrorCode::invalid_argument,
     "{0}: the call takes 1 value, but is given 0; pass one value per placeholder, in the order "
     "of prepare",
     [](Bench& t) {
       const Callable call = t.session.prepare({t.a}, {t.a});
       t.here(call)();
     }},
    {"a call with a value of another shape", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: placeholder 'a': is f32[2, 3], but is fed f32[6]; feed a tensor of that shape, or "
     "declare the dimension Shape::unknown",
     [](Bench& t) {
       const Callable call = t.session.prepare({t.a}, {t.a});
       t.here(call)({ones_of({6})});
     }},
    {"a call without a placeholder that it needs", typeid(RunError), ErrorCode::not_fed,
     "{1}: the placeholder 'x' ({0}) is needed, but no value is fed; feed it: session.run(fetch, "
     "{{placeholder, value}})",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {}, {.name = t.here("x")});
       const Callable call = t.session.prepare({x});
       t.here(call)();
     }},
};

TEST_CASE("misused runs") { check_misuses(runs); }

TEST_CASE("handles that were moved from still work") {
  Bench bench;
  Session session = std::move(bench.session);
  CHECK(bench.session.eval(bench.w) == session.eval(bench.w));
  Callable call = session.prepare({bench.w});
  const Callable other = std::move(call);
  CHECK(call() == other());  // NOLINT(bugprone-use-after-move)
  const Graph graph = std::move(bench.graph);
  CHECK(bench.graph.num_nodes() == graph.num_nodes());  // NOLINT(bugprone-use-after-move)
}

}  // namespace
}  // namespace deft
