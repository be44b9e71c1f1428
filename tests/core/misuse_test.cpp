#include <cstdint>
#include <limits>
#include <new>
#include <stdexcept>
#include <utility>
#include <vector>

#include "support/misuse.hpp"
#include "support/ops/toy_ops.hpp"

namespace deft {
namespace {

constexpr std::int64_t huge = std::int64_t{1} << 40;
constexpr DType no_dtype = static_cast<DType>(77);

constexpr Misuse values[] = {
    {"a negative dimension", typeid(ValueError), ErrorCode::invalid_argument,
     "{0}: dimension 1 of a shape is -3; a dimension is 0 or more, or Shape::unknown",
     [](Bench& t) {
       Shape({2, t.here(-3)});
     }},
    {"the lowest dimension", typeid(ValueError), ErrorCode::invalid_argument,
     "{0}: dimension 0 of a shape is -9223372036854775808; a dimension is 0 or more, or "
     "Shape::unknown",
     [](Bench& t) { Shape({t.here(std::numeric_limits<std::int64_t>::min())}); }},
    {"nine dimensions", typeid(ValueError), ErrorCode::invalid_argument,
     "{0}: a shape has rank 9, but the highest rank is 8; merge dimensions",
     [](Bench& t) {
       Shape({1, 1, 1, 1, 1, 1, 1, 1, t.here(1)});
     }},
    {"a dimension outside the rank", typeid(ValueError), ErrorCode::invalid_argument,
     "shape [2, 3] has no dimension 2; its rank is 2",
     [](Bench&) {
       static_cast<void>(Shape({2, 3})[2]);
     }},
    {"the size of an unknown shape", typeid(ValueError), ErrorCode::invalid_argument,
     "{0}: the number of elements of shape [2, ?] is unknown; give every dimension a size",
     [](Bench& t) {
       t.here(Shape({2, Shape::unknown})).num_elements();
     }},
    {"2^80 elements", typeid(ValueError), ErrorCode::overflow,
     "{0}: the number of elements of shape [1099511627776, 1099511627776] does not fit in 63 "
     "bits; make it smaller",
     [](Bench& t) {
       t.here(Shape({huge, huge})).num_elements();
     }},
    {"2^64 elements", typeid(ValueError), ErrorCode::overflow,
     "{0}: the number of elements of shape [4611686018427387904, 4] does not fit in 63 bits; make "
     "it smaller",
     [](Bench& t) {
       t.here(Shape({std::int64_t{1} << 62, 4})).num_elements();
     }},
    {"2^64 bytes", typeid(ValueError), ErrorCode::overflow,
     "{0}: the size in bytes of f64[2305843009213693952] does not fit in 63 bits; make it smaller",
     [](Bench& t) { Tensor::zeros(DType::f64, t.here(Shape{std::int64_t{1} << 61})); }},
    {"too few values", typeid(ValueError), ErrorCode::shape_mismatch,
     "{0}: a tensor of shape [2, 3] has 6 elements, but 5 values are given; give one value per "
     "element, in row-major order",
     [](Bench& t) {
       Tensor::from<float>(t.here(Shape{2, 3}), {1, 2, 3, 4, 5});
     }},
    {"too many values", typeid(ValueError), ErrorCode::shape_mismatch,
     "{0}: a tensor of shape [2] has 2 elements, but 3 values are given; give one value per "
     "element, in row-major order",
     [](Bench& t) { Tensor::from(t.here(Shape{2}), std::vector<double>(3)); }},
    {"values for an empty tensor", typeid(ValueError), ErrorCode::shape_mismatch,
     "{0}: a tensor of shape [0] has 0 elements, but 1 values are given; give one value per "
     "element, in row-major order",
     [](Bench& t) { Tensor::from<bool>(t.here(Shape{0}), {true}); }},
    {"a value of unknown shape", typeid(ValueError), ErrorCode::invalid_argument,
     "{0}: a tensor of shape [?] cannot be made: a dimension is unknown; give every dimension a "
     "size",
     [](Bench& t) { Tensor::zeros(DType::f32, t.here(Shape{Shape::unknown})); }},
    {"a dtype that is none", typeid(ValueError), ErrorCode::invalid_argument,
     "{0}: 77 is not a dtype; use one of the values of DType",
     [](Bench& t) { Tensor::zeros(t.here(no_dtype), {2}); }},
    {"memory that no system has", typeid(ValueError), ErrorCode::resource_exhausted,
     "{0}: the system refused 4611686018427387904 bytes for a tensor f32[1152921504606846976]; "
     "use smaller tensors or free memory",
     [](Bench& t) { Tensor::zeros(DType::f32, t.here(Shape{std::int64_t{1} << 60})); }},
    {"read as another dtype", typeid(ValueError), ErrorCode::dtype_mismatch,
     "{0}: the elements of a tensor i64[2] are read as f64; its dtype is i64",
     [](Bench& t) { Tensor::zeros(DType::i64, t.here(Shape{2})).data<double>(); }},
    {"written as another dtype", typeid(ValueError), ErrorCode::dtype_mismatch,
     "{0}: the elements of a tensor bool[2] are read as f32; its dtype is bool",
     [](Bench& t) {
       Tensor tensor = Tensor::zeros(DType::boolean, {2});
       t.here(tensor).mutable_data<float>();
     }},
    {"the item of two", typeid(ValueError), ErrorCode::shape_mismatch,
     "{0}: item() needs exactly one element, but a tensor f32[2] has 2; use data()",
     [](Bench& t) { Tensor::zeros(DType::f32, t.here(Shape{2})).item<float>(); }},
    {"the item of a tensor that was moved from", typeid(ValueError), ErrorCode::shape_mismatch,
     "{0}: item() needs exactly one element, but a tensor f32[0] has 0; use data()",
     [](Bench& t) {
       Tensor tensor = Tensor::scalar(1.0F);
       const Tensor taken = std::move(tensor);
       t.here(tensor).item<float>();  // NOLINT(bugprone-use-after-move)
     }},
    {"reshaped to another size", typeid(ValueError), ErrorCode::shape_mismatch,
     "{0}: a tensor f32[2, 3] of 6 elements cannot take shape [5] of 5; both need the same number "
     "of elements",
     [](Bench& t) {
       Tensor::zeros(DType::f32, {2, 3}).reshaped(t.here(Shape{5}));
     }},
};

constexpr Misuse handles[] = {
    {"the name of an empty Output", typeid(GraphError), ErrorCode::empty_handle,
     "{0}: an empty Output has no node; give it the result of a builder",
     [](Bench& t) { t.here(t.empty).name(); }},
    {"the shape of an empty Output", typeid(GraphError), ErrorCode::empty_handle,
     "{0}: an empty Output has no node; give it the result of a builder",
     [](Bench& t) { t.here(t.empty).shape(); }},
    {"the graph of an Output that was moved from", typeid(GraphError), ErrorCode::empty_handle,
     "{0}: an empty Output has no node; give it the result of a builder",
     [](Bench& t) {
       Output x = t.a;
       const Output taken = std::move(x);
       t.here(x).graph();  // NOLINT(bugprone-use-after-move)
     }},
    {"the dtype of an operation without output", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: no_op 'done': an operation without output has no dtype and no shape; run it, or use it "
     "in a control dependency",
     [](Bench& t) { t.here(t.done).dtype(); }},
    {"a node that is not there", typeid(GraphError), ErrorCode::invalid_argument,
     "there is no node 9 in a graph of 1 node; nodes are numbered from 0",
     [](Bench& t) { t.other.node(9); }},
    {"an output that is not there", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: neg 'x': has no output 1 but 1 output; outputs are numbered from 0",
     [](Bench& t) {
       const Output x = neg(t.foreign, {.name = t.here("x")});
       t.other.output({x.node_id(), 1});
     }},
    {"the order of a node that is not there", typeid(GraphError), ErrorCode::invalid_argument,
     "there is no node 7 in a graph of 1 node; nodes are numbered from 0",
     [](Bench& t) { execution_order(t.other, std::vector<NodeId>{7}); }},
    {"a name with a space", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: neg: the name 'my node' is not allowed; use letters, digits and _ . - /",
     [](Bench& t) { neg(t.here(t.v), {.name = "my node"}); }},
    {"a name that is not ASCII", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: neg: the name 'ä' is not allowed; use letters, digits and _ . - /",
     [](Bench& t) { neg(t.here(t.v), {.name = "\xc3\xa4"}); }},
    {"a scope with a quote", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: '\"x\"' is no name for a scope; use letters, digits and _ . - /",
     [](Bench& t) { NameScope(t.here(t.graph), "\"x\""); }},
    {"a scope without name", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: '' is no name for a scope; use letters, digits and _ . - /",
     [](Bench& t) { NameScope(t.here(t.graph), ""); }},
    {"errors name the scope", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: sqrt 'layer/sqrt': input 0 is i32, but must be f32 or f64 (inputs: i32[3]); cast it to "
     "a floating dtype",
     [](Bench& t) {
       const NameScope scope(t.graph, "layer");
       sqrt(t.here(t.i));
     }},
    {"a dependency on an empty Output", typeid(GraphError), ErrorCode::empty_handle,
     "{0}: control dependency 1 is an empty Output; give it the result of a builder",
     [](Bench& t) {
       ControlDependencies(t.graph, {t.v, t.here(t.empty)});
     }},
    {"a dependency on another graph", typeid(GraphError), ErrorCode::wrong_graph,
     "{0}: control dependency 0, 'foreign', belongs to another graph; order nodes of one graph",
     [](Bench& t) { ControlDependencies(t.graph, {t.here(t.foreign)}); }},
    {"an edge from an empty Output", typeid(GraphError), ErrorCode::empty_handle,
     "{0}: control dependency: `before` is an empty Output; give it the result of a builder",
     [](Bench& t) { t.graph.add_control_dependency(t.here(t.empty), t.v); }},
    {"an edge to another graph", typeid(GraphError), ErrorCode::wrong_graph,
     "{0}: control dependency: `after`, 'foreign', belongs to another graph; order nodes of one "
     "graph",
     [](Bench& t) { t.graph.add_control_dependency(t.v, t.here(t.foreign)); }},
    {"an edge from a node to itself", typeid(GraphError), ErrorCode::cycle,
     "{0}: control dependency: 'v' already runs after 'v', so it cannot run before it; leave out "
     "one of the dependencies between them",
     [](Bench& t) { t.graph.add_control_dependency(t.v, t.here(t.v)); }},
    {"an edge that closes a cycle", typeid(GraphError), ErrorCode::cycle,
     "{0}: control dependency: 'y' already runs after 'v', so it cannot run before it; leave out "
     "one of the dependencies between them",
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
constexpr OpDef throwing = wrong_op(
    [](const InferContext&) -> std::vector<TensorSpec> { throw std::out_of_range("index 3"); });
constexpr OpDef greedy =
    wrong_op([](const InferContext&) -> std::vector<TensorSpec> { throw std::bad_alloc(); });
constexpr OpDef throwing_number =
    wrong_op([](const InferContext&) -> std::vector<TensorSpec> { throw 42; });
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
    {"an op without shape rule", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: custom: has no shape rule; set OpDef::infer",
     [](Bench& t) { t.graph.add(ruleless, {t.here(t.v)}, {}, {}); }},
    {"an op without name", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: the name '' is not allowed; use letters, digits and _ . - /",
     [](Bench& t) { t.here(t.graph).add(nameless, {}, {}, {.name = "x"}); }},
    {"too many inputs", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: custom 'x': takes 0 to 2 inputs, but 3 are given; give it as many Outputs as it takes",
     [](Bench& t) {
       t.graph.add(ruleless, {t.v, t.v, t.here(t.v)}, {}, {.name = "x"});
     }},
    {"no input for an op that needs some", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: join 'x': takes at least 1 input, but 0 are given; give it as many Outputs as it takes",
     [](Bench& t) { t.here(t.graph).add(toy::join, {}, {}, {.name = "x"}); }},
    {"no input and no graph", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: join 'x': no input is given; add an operation without inputs with Graph::add",
     [](Bench& t) { add_node(toy::join, {}, {}, {.name = t.here("x")}); }},
    {"a shape rule that throws", typeid(GraphError), ErrorCode::kernel_failure,
     "{0}: custom 'x': the shape rule failed: index 3 (inputs: f32[3]); mend the rule in the op's "
     "OpDef",
     [](Bench& t) { t.graph.add(throwing, {t.here(t.v)}, {}, {.name = "x"}); }},
    {"a shape rule that gets no memory", typeid(GraphError), ErrorCode::resource_exhausted,
     "{0}: custom: the system refused memory for the node; use a smaller graph or free memory",
     [](Bench& t) { t.graph.add(greedy, {t.here(t.v)}, {}, {.name = "x"}); }},
    {"a shape rule that throws a number", typeid(GraphError), ErrorCode::kernel_failure,
     "{0}: custom 'x': the shape rule failed with something that is not a std::exception (inputs: "
     "f32[3]); mend the rule in the op's OpDef",
     [](Bench& t) { t.graph.add(throwing_number, {t.here(t.v)}, {}, {.name = "x"}); }},
    {"a shape rule without dtype", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: custom 'x': 77 is not a dtype (inputs: f32[3]); use one of the values of DType",
     [](Bench& t) { t.graph.add(untyped, {t.here(t.v)}, {}, {.name = "x"}); }},
    {"an attribute that is missing", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: custom 'x': the attribute 'shape' is missing or has another type (inputs: f32[3]); "
     "give the node the attributes that its operation reads",
     [](Bench& t) { t.graph.add(forgetful, {t.here(t.v)}, {}, {.name = "x"}); }},
    {"a variable of two values", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: custom 'x': is a source of one value, but its shape rule gives 2 outputs; mend the "
     "rule in the op's OpDef",
     [](Bench& t) { t.here(t.graph).add(two_variables, {}, {}, {.name = "x"}); }},
    {"a write without variable", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: custom 'x': writes a variable, but has no input; give the op's OpDef an arity of at "
     "least 1",
     [](Bench& t) { t.here(t.graph).add(grows, {}, {}, {.name = "x"}); }},
    {"a write of another shape", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: custom 'x': writes a variable f32[3], but its shape rule gives f32[] (inputs: f32[3]); "
     "mend the rule in the op's OpDef",
     [](Bench& t) { t.graph.add(grows, {t.here(t.w)}, {}, {.name = "x"}); }},
};

TEST_CASE("misused values") { check_misuses(values); }
TEST_CASE("misused handles, names and dependencies") { check_misuses(handles); }
TEST_CASE("wrong definitions of operations") { check_misuses(definitions); }

}  // namespace
}  // namespace deft
