#include <cstdint>
#include <limits>

#include "support/misuse.hpp"

namespace deft {
namespace {

constexpr std::int64_t huge = std::int64_t{1} << 40;
constexpr DType no_dtype = static_cast<DType>(77);

constexpr Misuse elementwise[] = {
    {"shapes that do not broadcast", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: add 'sum': the shapes [2, 3] and [4, 5] do not broadcast: dimension -2 is 2 and 4 "
     "(inputs: f32[2, 3], f32[4, 5]); make these dimensions equal, or one of them 1",
     [](Bench& t) { add(t.here(t.a), t.b, {.name = "sum"}); }},
    {"an expression names its line", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: mul: the shapes [2, 3] and [4, 5] do not broadcast: dimension -2 is 2 and 4 (inputs: "
     "f32[2, 3], f32[4, 5]); make these dimensions equal, or one of them 1",
     [](Bench& t) { t.here(t.a) * t.b + 2.0; }},
    {"two dtypes", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: mul 'product': input 0 is f32, but input 1 is f64 (inputs: f32[3], f64[3]); cast one "
     "side",
     [](Bench& t) { mul(t.here(t.v), t.d, {.name = "product"}); }},
    {"arithmetic with bool", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: sub 'difference': input 0 is bool, but must be f32, f64, i32 or i64 (inputs: bool[3], "
     "bool[3]); cast it to a numeric dtype",
     [](Bench& t) { sub(t.here(t.flags), t.flags, {.name = "difference"}); }},
    {"an order of bool", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: less: input 0 is bool, but must be f32, f64, i32 or i64 (inputs: bool[3], bool[3]); "
     "cast it to a numeric dtype",
     [](Bench& t) { less(t.here(t.flags), t.flags, {.name = "less"}); }},
    {"a result of 2^80 elements", typeid(GraphError), ErrorCode::overflow,
     "{0}: add 'outer': the number of elements of shape [1099511627776, 1099511627776] does not "
     "fit in 63 bits (inputs: f32[1099511627776, 1], f32[1, 1099511627776]); make it smaller",
     [](Bench& t) {
       const Output column = placeholder(t.graph, DType::f32, {huge, 1});
       const Output row = placeholder(t.graph, DType::f32, {1, huge});
       add(t.here(column), row, {.name = "outer"});
     }},
    {"an integer under a root", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: sqrt 'root': input 0 is i32, but must be f32 or f64 (inputs: i32[3]); cast it to a "
     "floating dtype",
     [](Bench& t) { sqrt(t.here(t.i), {.name = "root"}); }},
    {"the sign of bool", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: sign 'sign_1': input 0 is bool, but must be f32, f64, i32 or i64 (inputs: bool[3]); "
     "cast it to a numeric dtype",
     [](Bench& t) { sign(t.here(t.flags), {.name = "sign_1"}); }},
    {"an empty operand", typeid(GraphError), ErrorCode::empty_handle,
     "{0}: add 'sum': input 1 is an empty Output; give it the result of a builder",
     [](Bench& t) { add(t.here(t.v), t.empty, {.name = "sum"}); }},
    {"an empty operand beside a scalar", typeid(GraphError), ErrorCode::empty_handle,
     "{0}: sub 'rest': y is an empty Output; give it the result of a builder",
     [](Bench& t) { sub(1, t.here(t.empty), {.name = "rest"}); }},
    {"nothing but empty operands", typeid(GraphError), ErrorCode::empty_handle,
     "{0}: div: input 0 is an empty Output; give it the result of a builder",
     [](Bench& t) { t.here(t.empty) / t.empty; }},
    {"the negative of nothing", typeid(GraphError), ErrorCode::empty_handle,
     "{0}: neg: input 0 is an empty Output; give it the result of a builder",
     [](Bench& t) { -t.here(t.empty); }},
    {"an operand of another graph", typeid(GraphError), ErrorCode::wrong_graph,
     "{0}: maximum 'top': input 1, 'foreign', belongs to another graph; build all inputs in one "
     "graph",
     [](Bench& t) { maximum(t.here(t.v), t.foreign, {.name = "top"}); }},
    {"an operand without output", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: exp 'e': input 0, 'done', is an operation without output; use it in a control "
     "dependency",
     [](Bench& t) { exp(t.here(t.done), {.name = "e"}); }},
    {"an operand without output beside a scalar", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: add: x, 'done', is an operation without output; use it in a control dependency",
     [](Bench& t) { t.here(t.done) + 1; }},
    {"scalars alone", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: pow 'eight': neither operand is an Output, so there is no graph to add to; make one "
     "of them a constant",
     [](Bench& t) { pow(t.here(2), 3, {.name = "eight"}); }},
    {"the negative of a scalar", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: neg: the operand is no Output, so there is no graph to add to; make it a constant",
     [](Bench& t) { -Operand(t.here(2)); }},
    {"half as an integer", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: mul 'half': the scalar 0.5 has no value of dtype i32 (inputs: i32[3]); use an integer "
     "within its range, or another dtype",
     [](Bench& t) { mul(t.here(t.i), 0.5, {.name = "half"}); }},
    {"too large for f32", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: add: the scalar 1e+300 has no value of dtype f32 (inputs: f32[3]); use a smaller "
     "number, or f64",
     [](Bench& t) { t.here(t.v) + 1e300; }},
    {"too long for f32", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: mul: the scalar 16777217 has no value of dtype f32 (inputs: f32[3]); write it as a "
     "floating number to accept rounding",
     [](Bench& t) { t.here(t.v) * 16777217; }},
    {"too large for i32", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: sub: the scalar 3000000000 has no value of dtype i32 (inputs: i32[3]); use an integer "
     "within its range, or another dtype",
     [](Bench& t) { t.here(t.i) - 3000000000; }},
    {"too large for i64", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: add: the scalar 18446744073709551616 has no value of dtype i64 (inputs: i64[3]); use "
     "an integer within its range, or another dtype",
     [](Bench& t) { t.here(t.l) + std::numeric_limits<std::uint64_t>::max(); }},
    {"two as a bool", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: equal 'same': the scalar 2 has no value of dtype bool (inputs: bool[3]); use true or "
     "false",
     [](Bench& t) { equal(t.here(t.flags), 2, {.name = "same"}); }},
    {"NaN as an integer", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: add: the scalar nan has no value of dtype i32 (inputs: i32[3]); use an integer within "
     "its range, or another dtype",
     [](Bench& t) { t.here(t.i) + std::numeric_limits<double>::quiet_NaN(); }},
    {"a sum of nothing", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: add_n 'total': takes at least 1 input, but none is given; use zeros for the sum of "
     "nothing",
     [](Bench& t) { add_n({}, {.name = t.here("total")}); }},
    {"a sum of two shapes", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: add_n 'total': input 1 has the shape [2, 3], but those before it [3] (inputs: f32[3], "
     "f32[2, 3]); make all shapes equal; only add broadcasts",
     [](Bench& t) {
       add_n({t.v, t.here(t.a)}, {.name = "total"});
     }},
    {"a sum of two dtypes", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: add_n 'total': input 0 is f32, but input 2 is f64 (inputs: f32[3], f32[3], f64[3]); "
     "cast one side",
     [](Bench& t) {
       add_n({t.v, t.v, t.here(t.d)}, {.name = "total"});
     }},
    {"a condition that is none", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: where 'choice': the condition is i32, but must be bool (inputs: i32[3], f32[3], "
     "f32[3]); compare, or cast it to bool",
     [](Bench& t) { where(t.here(t.i), t.v, t.v, {.name = "choice"}); }},
    {"a choice of two dtypes", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: where 'choice': input 1 is f32, but input 2 is i32 (inputs: bool[3], f32[3], i32[3]); "
     "cast one side",
     [](Bench& t) { where(t.here(t.flags), t.v, t.i, {.name = "choice"}); }},
    {"a choice of two shapes", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: where 'choice': the shapes [2, 3] and [4, 5] do not broadcast: dimension -2 is 2 and 4 "
     "(inputs: bool[3], f32[2, 3], f32[4, 5]); make these dimensions equal, or one of them 1",
     [](Bench& t) { where(t.here(t.flags), t.a, t.b, {.name = "choice"}); }},
    {"a dtype that is none", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: cast 'y': 77 is not a dtype (inputs: f32[3]); use one of the values of DType",
     [](Bench& t) { cast(t.here(t.v), no_dtype, {.name = "y"}); }},
};

constexpr Misuse products[] = {
    {"inner dimensions", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: matmul 'product': the inner dimensions differ: 3 of a [2, 3] and 4 of b [4, 5] "
     "(inputs: f32[2, 3], f32[4, 5]); the columns of a must be as many as the rows of b; see "
     "transpose_a and transpose_b",
     [](Bench& t) { matmul(t.here(t.a), t.b, {.name = "product"}); }},
    {"inner dimensions of a transpose", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: matmul 'product': the inner dimensions differ: 2 of a [2, 3] transposed and 4 of b [4, "
     "5] (inputs: f32[2, 3], f32[4, 5]); the columns of a must be as many as the rows of b; see "
     "transpose_a and transpose_b",
     [](Bench& t) { matmul(t.here(t.a), t.b, {.transpose_a = true, .name = "product"}); }},
    {"a scalar in a product", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: matmul 'product': b has the shape [], but a matrix has rank 2 or more (inputs: f32[2, "
     "3], f32[]); give a vector a second dimension with expand_dims",
     [](Bench& t) {
       const Output scalar = placeholder(t.graph, DType::f32, {});
       matmul(t.here(t.a), scalar, {.name = "product"});
     }},
    {"a product of two dtypes", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: matmul 'product': input 0 is f32, but input 1 is f64 (inputs: f32[2, 3], f64[3]); cast "
     "one side",
     [](Bench& t) { matmul(t.here(t.a), t.d, {.name = "product"}); }},
    {"batches that do not broadcast", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: matmul 'product': the batches [5] and [4] do not broadcast: dimension -1 is 5 and 4 "
     "(inputs: f32[5, 2, 3], f32[4, 3, 2]); make these dimensions equal, or one of them 1",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {5, 2, 3});
       const Output y = placeholder(t.graph, DType::f32, {4, 3, 2});
       matmul(t.here(x), y, {.name = "product"});
     }},
    {"a product without second factor", typeid(GraphError), ErrorCode::empty_handle,
     "{0}: matmul 'product': input 1 is an empty Output; give it the result of a builder",
     [](Bench& t) { matmul(t.here(t.a), t.empty, {.name = "product"}); }},
    {"the inverse of a vector", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: pinv 'inverse': a has the shape [3], but a matrix has rank 2 or more (inputs: f32[3]); "
     "give a vector a second dimension with expand_dims",
     [](Bench& t) { pinv(t.here(t.v), {.name = "inverse"}); }},
    {"the inverse of integers", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: pinv 'inverse': input 0 is i32, but must be f32 or f64 (inputs: i32[3]); cast it to a "
     "floating dtype",
     [](Bench& t) { pinv(t.here(t.i), {.name = "inverse"}); }},
    {"equations without right side", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: lstsq 'fit': a [2, 3] has 2 rows, b [4, 5] has 4 (inputs: f32[2, 3], f32[4, 5]); a and "
     "b need one row per equation",
     [](Bench& t) { lstsq(t.here(t.a), t.b, {.name = "fit"}); }},
    {"a right side of rank 1", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: lstsq 'fit': b has the shape [3], but a matrix has rank 2 or more (inputs: f32[2, 3], "
     "f32[3]); give a vector a second dimension with expand_dims",
     [](Bench& t) { lstsq(t.here(t.a), t.v, {.name = "fit"}); }},
};

constexpr Misuse state[] = {
    {"a variable of unknown shape", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: variable 'u': the initial value has the shape [?, 3], but a variable needs known "
     "dimensions; give the initial value a full shape",
     [](Bench& t) { variable(t.here(t.open), {.name = "u"}); }},
    {"a variable of nothing", typeid(GraphError), ErrorCode::empty_handle,
     "{0}: variable 'u': the initial value is an empty Output; give it the result of a builder "
     "such as zeros",
     [](Bench& t) { variable(t.here(t.empty), {.name = "u"}); }},
    {"a variable without output", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: variable 'u': the initial value, 'done', is an operation without output; give it the "
     "result of a builder such as zeros",
     [](Bench& t) { variable(t.here(t.done), {.name = "u"}); }},
    {"an assign to a constant", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: assign 'step': input 0, 'v', is not a variable but the result of constant (inputs: "
     "f32[3], f32[3]); assign to the Output that variable() returned",
     [](Bench& t) { assign(t.here(t.v), t.v, {.name = "step"}); }},
    {"an assign to what a variable was", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: assign_sub 'step': input 0, 'copy', is not a variable but the result of identity "
     "(inputs: f32[3], f32[3]); assign to the Output that variable() returned",
     [](Bench& t) {
       const Output copy = identity(t.w, {.name = "copy"});
       assign_sub(t.here(copy), t.v, {.name = "step"});
     }},
    {"an assign of another shape", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: assign 'step': the variable has the shape [3], the value [2, 3] (inputs: f32[3], "
     "f32[2, 3]); reshape or broadcast the value: nothing is broadcast here",
     [](Bench& t) { assign(t.here(t.w), t.a, {.name = "step"}); }},
    {"an assign of another dtype", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: assign_add 'step': the variable is f32, the value f64 (inputs: f32[3], f64[3]); cast "
     "the value",
     [](Bench& t) { assign_add(t.here(t.w), t.d, {.name = "step"}); }},
    {"an assign of nothing", typeid(GraphError), ErrorCode::empty_handle,
     "{0}: assign 'step': input 1 is an empty Output; give it the result of a builder",
     [](Bench& t) { assign(t.here(t.w), t.empty, {.name = "step"}); }},
    {"a sum with a bool variable", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: assign_add 'step': a variable of dtype bool cannot be added to (inputs: bool[3], "
     "bool[3]); cast "
     "to a numeric dtype",
     [](Bench& t) {
       const Output flag = variable(t.flags, {.name = "flag"});
       assign_add(t.here(flag), t.flags, {.name = "step"});
     }},
    {"a group of nothing", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: group 'all': takes at least 1 Output, but none is given; use no_op(graph)",
     [](Bench& t) { group({}, {.name = t.here("all")}); }},
    {"a group with an empty Output", typeid(GraphError), ErrorCode::empty_handle,
     "{0}: group 'all': input 1 is an empty Output; give it the result of a builder",
     [](Bench& t) {
       group({t.v, t.here(t.empty)}, {.name = "all"});
     }},
    {"a group of two graphs", typeid(GraphError), ErrorCode::wrong_graph,
     "{0}: group 'all': input 1, 'foreign', belongs to another graph than input 0, 'v'; group "
     "nodes of one graph",
     [](Bench& t) {
       group({t.v, t.here(t.foreign)}, {.name = "all"});
     }},
};

TEST_CASE("misused elementwise operations") { check_misuses(elementwise); }
TEST_CASE("misused products") { check_misuses(products); }
TEST_CASE("misused variables and groups") { check_misuses(state); }

}  // namespace
}  // namespace deft
