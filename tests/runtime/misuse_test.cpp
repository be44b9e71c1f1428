#include <stdexcept>
#include <utility>

#include "caught.hpp"
#include "support/misuse.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;

Tensor ones_of(const Shape& shape) {
  Tensor tensor = Tensor::uninitialized(DType::f32, shape);
  for (float& x : tensor.mutable_data<float>()) x = 1;
  return tensor;
}

using Outputs = std::vector<Output>;
using Tensors = std::vector<Tensor>;

constexpr Misuse runs[] = {
    {"an empty fetch", typeid(RunError), ErrorCode::empty_handle, "",
     [](Bench& t) { t.session.run(t.here(t.empty)); }},
    {"an empty second fetch", typeid(RunError), ErrorCode::empty_handle, "",
     [](Bench& t) { t.session.run({t.v, t.here(t.empty)}); }},
    {"a fetch of another graph", typeid(RunError), ErrorCode::wrong_graph, "",
     [](Bench& t) { t.session.eval(t.here(t.foreign)); }},
    {"a feed of what is no placeholder", typeid(RunError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.session.run(t.here(t.v), {{t.v, ones_of({3})}}); }},
    {"a feed of another graph", typeid(RunError), ErrorCode::wrong_graph, "",
     [](Bench& t) { t.session.run(t.here(t.v), {{t.foreign, ones_of({3})}}); }},
    {"an empty feed", typeid(RunError), ErrorCode::empty_handle, "",
     [](Bench& t) { t.session.run(t.here(t.v), {{t.a, ones_of({2, 3})}, {t.empty, {}}}); }},
    {"a placeholder fed twice", typeid(RunError), ErrorCode::duplicate_feed, "",
     [](Bench& t) {
       const Tensor x = ones_of({2, 3});
       t.session.run(t.here(t.a), {{t.a, x}, {t.open, x}, {t.a, x}});
     }},
    {"a feed of another dtype", typeid(RunError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) { t.session.run(t.here(t.a), {{t.a, Tensor::zeros(DType::f64, {2, 3})}}); }},
    {"a feed of another shape", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { t.session.run(t.here(t.a), {{t.a, ones_of({3, 2})}}); }},
    {"a feed of another rank", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { t.session.run(t.here(t.open), {{t.open, ones_of({3})}}); }},
    {"a feed that is not needed is checked", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { t.session.run(t.here(t.v), {{t.a, ones_of({1})}}); }},
    {"a feed that was moved from", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) {
       Tensor x = ones_of({2, 3});
       const Tensor taken = std::move(x);
       t.session.run(t.here(t.a), {{t.a, x}});  // NOLINT(bugprone-use-after-move)
     }},
    {"a placeholder that is not fed", typeid(RunError), ErrorCode::not_fed, "",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {3}, {.name = "x"});
       const Output sum = reduce_sum(x + t.v);
       t.session.run(t.here(sum));
     }},
    {"placeholders that are not fed", typeid(RunError), ErrorCode::not_fed, "",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {}, {.name = t.here("x")});
       const Output y = placeholder(t.graph, DType::f32, {}, {.name = t.here("y")});
       t.session.run(t.here(x * y));
     }},
    {"a shape that is not fed", typeid(RunError), ErrorCode::not_fed, "",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {unknown}, {.name = t.here("x")});
       t.session.run(t.here(shape(x)));
     }},
    {"variables without value", typeid(RunError), ErrorCode::uninitialized_variable, "",
     [](Bench& t) {
       const Output x = variable(t.v, {.name = t.here("x")});
       const Output y = variable(t.v, {.name = t.here("y")});
       t.session.run({x + t.w, t.here(y)});
     }},
    {"a variable that is read before it is assigned", typeid(RunError),
     ErrorCode::uninitialized_variable, "",
     [](Bench& t) {
       const Output x = variable(t.v, {.name = t.here("x")});
       const Output y = variable(x * 2.0, {.name = "y"});
       t.session.run(t.here(global_variables_initializer(t.graph)));
       t.session.run(y);
     }},
    {"two assigns in no order", typeid(RunError), ErrorCode::write_conflict, "",
     [](Bench& t) {
       const Output x = variable(t.v, {.name = t.here("x")});
       const Output first = assign(x, t.v, {.name = t.here("first")});
       const Output second = assign_add(x, t.v, {.name = t.here("second")});
       t.session.run({first, second});
     }},
    {"no step", typeid(RunError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.session.run(t.v, {.steps = t.here(0)}); }},
    {"progress every -1 steps", typeid(RunError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.session.run(t.v, {.progress_every = t.here(-1)}); }},
    {"-1 threads", typeid(RunError), ErrorCode::invalid_argument, "",
     [](Bench& t) { Session(t.graph, {.threads = t.here(-1)}); }},
    {"a million threads", typeid(RunError), ErrorCode::invalid_argument, "",
     [](Bench& t) { Session(t.graph, {.threads = t.here(1000000)}); }},
    {"a call that is prepared for an empty fetch", typeid(RunError), ErrorCode::empty_handle, "",
     [](Bench& t) { t.session.prepare({t.here(t.empty)}); }},
    {"a call that is prepared for what is no placeholder", typeid(RunError),
     ErrorCode::invalid_argument, "",
     [](Bench& t) { t.session.prepare({t.v}, {t.here(t.w)}); }},
    {"a call that is prepared for one placeholder twice", typeid(RunError),
     ErrorCode::duplicate_feed, "",
     [](Bench& t) { t.session.prepare({t.v}, {t.a, t.here(t.a)}); }},
    {"a call with too many values", typeid(RunError), ErrorCode::invalid_argument, "",
     [](Bench& t) {
       const Callable call = t.session.prepare({t.a}, {t.a});
       t.here(call)({ones_of({2, 3}), ones_of({1})});
     }},
    {"a call without its value", typeid(RunError), ErrorCode::invalid_argument, "",
     [](Bench& t) {
       const Callable call = t.session.prepare({t.a}, {t.a});
       t.here(call)();
     }},
    {"a call with a value of another shape", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) {
       const Callable call = t.session.prepare({t.a}, {t.a});
       t.here(call)({ones_of({6})});
     }},
    {"a call without a placeholder that it needs", typeid(RunError), ErrorCode::not_fed, "",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {}, {.name = t.here("x")});
       const Callable call = t.session.prepare({x});
       t.here(call)();
     }},
};

/// Feeds `open`, whose first dimension is unknown to the graph.
void run_open(Bench& t, const Output& fetch, const Shape& shape) {
  t.session.run(fetch, {{t.open, ones_of(shape)}, {t.a, ones_of({2, 3})}});
}

constexpr Misuse unknown_dimensions[] = {
    {"broadcasting", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {4, 3});
       const Output sum = add(t.here(t.open), x, {.name = "sum"});
       t.session.run(sum, {{t.open, ones_of({5, 3})}, {x, ones_of({4, 3})}});
     }},
    {"a product", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) {
       run_open(t, matmul(t.here(t.a), t.open, {.name = "product"}), {2, 3});
     }},
    {"a reshape", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { run_open(t, reshape(t.here(t.open), {6}, {.name = "flat"}), {4, 3}); }},
    {"a reshape with a rest", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) {
       run_open(t, reshape(t.here(t.open), {unknown, 2}, {.name = "flat"}), {5, 3});
     }},
    {"a broadcast", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { run_open(t, broadcast_to(t.here(t.open), {2, 3}, {.name = "wide"}), {4, 3}); }},
    {"a squeeze", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { run_open(t, squeeze(t.here(t.open), {0}, {.name = "less"}), {2, 3}); }},
    {"the extreme of nothing", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { run_open(t, reduce_max(t.here(t.open), {.name = "most"}), {0, 3}); }},
    {"a sum of two shapes", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {unknown, 3});
       const Output total = add_n({t.here(t.open), x}, {.name = "total"});
       t.session.run(total, {{t.open, ones_of({1, 3})}, {x, ones_of({2, 3})}});
     }},
    {"a sum like something else", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { run_open(t, sum_like(t.here(t.a), t.open, {.name = "narrow"}), {3, 3}); }},
    {"a reshape like something else", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { run_open(t, reshape_like(t.here(t.a), t.open, {.name = "flat"}), {3, 3}); }},
    {"equations without right side", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) {
       const Output ones_b = ones(t.graph, DType::f32, {4, 1});
       run_open(t, lstsq(t.here(t.open), ones_b, {.name = "fit"}), {5, 3});
     }},
    {"an assign of another shape", typeid(RunError), ErrorCode::shape_mismatch, "",
     [](Bench& t) {
       const Output row = reduce_sum(t.open, {.axes = {1}});
       run_open(t, assign(t.here(t.w), row, {.name = "step"}), {2, 3});
     }},
    {"a result that is too large", typeid(RunError), ErrorCode::overflow, "",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {unknown, 1});
       const Output y = zeros(t.graph, DType::f32, {std::int64_t{1} << 60});
       t.session.run(add(t.here(x), y, {.name = "sum"}), {{x, ones_of({8, 1})}});
     }},
};

TEST_CASE("misused runs") { check_misuses(runs); }
TEST_CASE("what unknown dimensions hide until a run") { check_misuses(unknown_dimensions); }

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
