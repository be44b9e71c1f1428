#include "support/misuse.hpp"

#include <cstdint>
#include <stdexcept>
#include <utility>

#include <deft/core/topology.hpp>

#include "support/toy_ops.hpp"

namespace deft {
namespace {

constexpr std::int64_t huge = std::int64_t{1} << 40;
constexpr DType no_dtype = static_cast<DType>(77);

constexpr Misuse values[] = {
    {"a negative dimension", typeid(ValueError), ErrorCode::invalid_argument, "",
     [](Bench& t) { Shape({2, t.here(-3)}); }},
    {"the lowest dimension", typeid(ValueError), ErrorCode::invalid_argument, "",
     [](Bench& t) { Shape({t.here(INT64_MIN)}); }},
    {"nine dimensions", typeid(ValueError), ErrorCode::invalid_argument, "",
     [](Bench& t) { Shape({1, 1, 1, 1, 1, 1, 1, 1, t.here(1)}); }},
    {"a dimension outside the rank", typeid(ValueError), ErrorCode::invalid_argument, "",
     [](Bench&) { static_cast<void>(Shape({2, 3})[2]); }},
    {"the size of an unknown shape", typeid(ValueError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.here(Shape({2, Shape::unknown})).num_elements(); }},
    {"2^80 elements", typeid(ValueError), ErrorCode::overflow, "",
     [](Bench& t) { t.here(Shape({huge, huge})).num_elements(); }},
    {"2^64 elements", typeid(ValueError), ErrorCode::overflow, "",
     [](Bench& t) { t.here(Shape({std::int64_t{1} << 62, 4})).num_elements(); }},
    {"2^64 bytes", typeid(ValueError), ErrorCode::overflow, "",
     [](Bench& t) { Tensor::zeros(DType::f64, t.here(Shape{std::int64_t{1} << 61})); }},
    {"too few values", typeid(ValueError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { Tensor::from<float>(t.here(Shape{2, 3}), {1, 2, 3, 4, 5}); }},
    {"too many values", typeid(ValueError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { Tensor::from(t.here(Shape{2}), std::vector<double>(3)); }},
    {"values for an empty tensor", typeid(ValueError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { Tensor::from<bool>(t.here(Shape{0}), {true}); }},
    {"a value of unknown shape", typeid(ValueError), ErrorCode::invalid_argument, "",
     [](Bench& t) { Tensor::zeros(DType::f32, t.here(Shape{Shape::unknown})); }},
    {"a dtype that is none", typeid(ValueError), ErrorCode::invalid_argument, "",
     [](Bench& t) { Tensor::zeros(t.here(no_dtype), {2}); }},
    {"memory that no system has", typeid(ValueError), ErrorCode::resource_exhausted, "",
     [](Bench& t) { Tensor::zeros(DType::f32, t.here(Shape{std::int64_t{1} << 60})); }},
    {"read as another dtype", typeid(ValueError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) { Tensor::zeros(DType::i64, t.here(Shape{2})).data<double>(); }},
    {"written as another dtype", typeid(ValueError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) {
       Tensor tensor = Tensor::zeros(DType::boolean, {2});
       t.here(tensor).mutable_data<float>();
     }},
    {"the item of two", typeid(ValueError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { Tensor::zeros(DType::f32, t.here(Shape{2})).item<float>(); }},
    {"the item of a tensor that was moved from", typeid(ValueError), ErrorCode::shape_mismatch, "",
     [](Bench& t) {
       Tensor tensor = Tensor::scalar(1.0F);
       const Tensor taken = std::move(tensor);
       t.here(tensor).item<float>();  // NOLINT(bugprone-use-after-move)
     }},
    {"reshaped to another size", typeid(ValueError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { Tensor::zeros(DType::f32, {2, 3}).reshaped(t.here(Shape{5})); }},
};

constexpr Misuse handles[] = {
    {"the name of an empty Output", typeid(GraphError), ErrorCode::empty_handle, "",
     [](Bench& t) { t.here(t.empty).name(); }},
    {"the shape of an empty Output", typeid(GraphError), ErrorCode::empty_handle, "",
     [](Bench& t) { t.here(t.empty).shape(); }},
    {"the graph of an Output that was moved from", typeid(GraphError), ErrorCode::empty_handle, "",
     [](Bench& t) {
       Output x = t.a;
       const Output taken = std::move(x);
       t.here(x).graph();  // NOLINT(bugprone-use-after-move)
     }},
    {"the dtype of an operation without output", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.here(t.done).dtype(); }},
    {"a node that is not there", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.other.node(9); }},
    {"an output that is not there", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.other.output({0, 1}); }},
    {"the order of a node that is not there", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { execution_order(t.other, std::vector<NodeId>{7}); }},
    {"a name with a space", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { neg(t.here(t.v), {.name = "my node"}); }},
    {"a name that is not ASCII", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { neg(t.here(t.v), {.name = "\xc3\xa4"}); }},
    {"a scope with a quote", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { NameScope(t.here(t.graph), "\"x\""); }},
    {"a scope without name", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { NameScope(t.here(t.graph), ""); }},
    {"errors name the scope", typeid(GraphError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) {
       const NameScope scope(t.graph, "layer");
       sqrt(t.here(t.i));
     }},
    {"a dependency on an empty Output", typeid(GraphError), ErrorCode::empty_handle, "",
     [](Bench& t) { ControlDependencies(t.graph, {t.v, t.here(t.empty)}); }},
    {"a dependency on another graph", typeid(GraphError), ErrorCode::wrong_graph, "",
     [](Bench& t) { ControlDependencies(t.graph, {t.here(t.foreign)}); }},
    {"an edge from an empty Output", typeid(GraphError), ErrorCode::empty_handle, "",
     [](Bench& t) { t.graph.add_control_dependency(t.here(t.empty), t.v); }},
    {"an edge to another graph", typeid(GraphError), ErrorCode::wrong_graph, "",
     [](Bench& t) { t.graph.add_control_dependency(t.v, t.here(t.foreign)); }},
    {"an edge from a node to itself", typeid(GraphError), ErrorCode::cycle, "",
     [](Bench& t) { t.graph.add_control_dependency(t.v, t.here(t.v)); }},
    {"an edge that closes a cycle", typeid(GraphError), ErrorCode::cycle, "",
     [](Bench& t) {
       const Output x = neg(t.v, {.name = "x"});
       const Output y = neg(x, {.name = "y"});
       t.graph.add_control_dependency(y, t.here(t.v));
     }},
};

/// An op with one output that does not know when to stop.
constexpr OpDef wrong_op(OpDef::Infer infer) {
  OpDef op;
  op.name = "custom";
  op.arity = {0, 2};
  op.infer = infer;
  return op;
}

constexpr OpDef ruleless = wrong_op(nullptr);
constexpr OpDef nameless{.infer = [](const InferContext&) { return std::vector<TensorSpec>{}; }};
constexpr OpDef throwing = wrong_op([](const InferContext&) -> std::vector<TensorSpec> {
  throw std::out_of_range("index 3");
});
constexpr OpDef untyped = wrong_op([](const InferContext&) {
  return std::vector<TensorSpec>{{no_dtype, {}}};
});
constexpr OpDef forgetful = wrong_op([](const InferContext& context) {
  return std::vector<TensorSpec>{{DType::f32, context.attributes.get<Shape>("shape")}};
});

constexpr OpDef with_effect(Effect effect, OpDef::Infer infer) {
  OpDef op = wrong_op(infer);
  op.effect = effect;
  return op;
}

constexpr OpDef two_variables = with_effect(Effect::reads_variable, toy::fork.infer);
constexpr OpDef grows = with_effect(Effect::writes_variable, toy::source.infer);

constexpr Misuse definitions[] = {
    {"an op without shape rule", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.graph.add(ruleless, {t.here(t.v)}, {}, {}); }},
    {"an op without name", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.here(t.graph).add(nameless, {}, {}, {.name = "x"}); }},
    {"too many inputs", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.graph.add(ruleless, {t.v, t.v, t.here(t.v)}, {}, {.name = "x"}); }},
    {"no input for an op that needs some", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.here(t.graph).add(toy::join, {}, {}, {.name = "x"}); }},
    {"no input and no graph", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { add_node(toy::join, {}, {}, {.name = t.here("x")}); }},
    {"a shape rule that throws", typeid(GraphError), ErrorCode::kernel_failure, "",
     [](Bench& t) { t.graph.add(throwing, {t.here(t.v)}, {}, {.name = "x"}); }},
    {"a shape rule without dtype", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.graph.add(untyped, {t.here(t.v)}, {}, {.name = "x"}); }},
    {"an attribute that is missing", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.graph.add(forgetful, {t.here(t.v)}, {}, {.name = "x"}); }},
    {"a variable of two values", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.here(t.graph).add(two_variables, {}, {}, {.name = "x"}); }},
    {"a write without variable", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.here(t.graph).add(grows, {}, {}, {.name = "x"}); }},
    {"a write of another shape", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.graph.add(grows, {t.here(t.w)}, {}, {.name = "x"}); }},
};

TEST_CASE("misused values") { check_misuses(values); }
TEST_CASE("misused handles, names and dependencies") { check_misuses(handles); }
TEST_CASE("wrong definitions of operations") { check_misuses(definitions); }

}  // namespace
}  // namespace deft
