#include "support/misuse.hpp"

#include <cstdint>
#include <limits>

namespace deft {
namespace {

constexpr std::int64_t huge = std::int64_t{1} << 40;
constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr DType no_dtype = static_cast<DType>(77);

constexpr Misuse elementwise[] = {
    {"shapes that do not broadcast", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { add(t.here(t.a), t.b, {.name = "sum"}); }},
    {"an expression names its line", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { t.here(t.a) * t.b + 2.0; }},
    {"two dtypes", typeid(GraphError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) { mul(t.here(t.v), t.d, {.name = "product"}); }},
    {"arithmetic with bool", typeid(GraphError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) { sub(t.here(t.flags), t.flags, {.name = "difference"}); }},
    {"an order of bool", typeid(GraphError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) { less(t.here(t.flags), t.flags, {.name = "less"}); }},
    {"a result of 2^80 elements", typeid(GraphError), ErrorCode::overflow, "",
     [](Bench& t) {
       const Output column = placeholder(t.graph, DType::f32, {huge, 1});
       const Output row = placeholder(t.graph, DType::f32, {1, huge});
       add(t.here(column), row, {.name = "outer"});
     }},
    {"an integer under a root", typeid(GraphError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) { sqrt(t.here(t.i), {.name = "root"}); }},
    {"the sign of bool", typeid(GraphError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) { sign(t.here(t.flags), {.name = "sign_1"}); }},
    {"an empty operand", typeid(GraphError), ErrorCode::empty_handle, "",
     [](Bench& t) { add(t.here(t.v), t.empty, {.name = "sum"}); }},
    {"an empty operand beside a scalar", typeid(GraphError), ErrorCode::empty_handle, "",
     [](Bench& t) { sub(1, t.here(t.empty), {.name = "rest"}); }},
    {"nothing but empty operands", typeid(GraphError), ErrorCode::empty_handle, "",
     [](Bench& t) { t.here(t.empty) / t.empty; }},
    {"the negative of nothing", typeid(GraphError), ErrorCode::empty_handle, "",
     [](Bench& t) { -t.here(t.empty); }},
    {"an operand of another graph", typeid(GraphError), ErrorCode::wrong_graph, "",
     [](Bench& t) { maximum(t.here(t.v), t.foreign, {.name = "top"}); }},
    {"an operand without output", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { exp(t.here(t.done), {.name = "e"}); }},
    {"an operand without output beside a scalar", typeid(GraphError), ErrorCode::invalid_argument,
     "", [](Bench& t) { t.here(t.done) + 1; }},
    {"scalars alone", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { pow(t.here(2), 3, {.name = "eight"}); }},
    {"the negative of a scalar", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { -Operand(t.here(2)); }},
    {"half as an integer", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { mul(t.here(t.i), 0.5, {.name = "half"}); }},
    {"too large for f32", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.here(t.v) + 1e300; }},
    {"too long for f32", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.here(t.v) * 16777217; }},
    {"too large for i32", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.here(t.i) - 3000000000; }},
    {"too large for i64", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.here(t.l) + std::numeric_limits<std::uint64_t>::max(); }},
    {"two as a bool", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { equal(t.here(t.flags), 2, {.name = "same"}); }},
    {"NaN as an integer", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { t.here(t.i) + std::numeric_limits<double>::quiet_NaN(); }},
    {"a sum of nothing", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { add_n({}, {.name = t.here("total")}); }},
    {"a sum of two shapes", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { add_n({t.v, t.here(t.a)}, {.name = "total"}); }},
    {"a sum of two dtypes", typeid(GraphError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) { add_n({t.v, t.v, t.here(t.d)}, {.name = "total"}); }},
    {"a condition that is none", typeid(GraphError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) { where(t.here(t.i), t.v, t.v, {.name = "choice"}); }},
    {"a choice of two dtypes", typeid(GraphError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) { where(t.here(t.flags), t.v, t.i, {.name = "choice"}); }},
    {"a choice of two shapes", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { where(t.here(t.flags), t.a, t.b, {.name = "choice"}); }},
    {"a dtype that is none", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { cast(t.here(t.v), no_dtype, {.name = "y"}); }},
};

constexpr Misuse products[] = {
    {"inner dimensions", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { matmul(t.here(t.a), t.b, {.name = "product"}); }},
    {"inner dimensions of a transpose", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { matmul(t.here(t.a), t.b, {.transpose_a = true, .name = "product"}); }},
    {"a vector in a product", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { matmul(t.here(t.a), t.v, {.name = "product"}); }},
    {"a product of two dtypes", typeid(GraphError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) { matmul(t.here(t.a), t.d, {.name = "product"}); }},
    {"batches that do not broadcast", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {5, 2, 3});
       const Output y = placeholder(t.graph, DType::f32, {4, 3, 2});
       matmul(t.here(x), y, {.name = "product"});
     }},
    {"a product without second factor", typeid(GraphError), ErrorCode::empty_handle, "",
     [](Bench& t) { matmul(t.here(t.a), t.empty, {.name = "product"}); }},
    {"the inverse of a vector", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { pinv(t.here(t.v), {.name = "inverse"}); }},
    {"the inverse of integers", typeid(GraphError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) { pinv(t.here(t.i), {.name = "inverse"}); }},
    {"equations without right side", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { lstsq(t.here(t.a), t.b, {.name = "fit"}); }},
    {"a right side of rank 1", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { lstsq(t.here(t.a), t.v, {.name = "fit"}); }},
};

constexpr Misuse state[] = {
    {"a variable of unknown shape", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { variable(t.here(t.open), {.name = "u"}); }},
    {"a variable of nothing", typeid(GraphError), ErrorCode::empty_handle, "",
     [](Bench& t) { variable(t.here(t.empty), {.name = "u"}); }},
    {"a variable without output", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { variable(t.here(t.done), {.name = "u"}); }},
    {"an assign to a constant", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { assign(t.here(t.v), t.v, {.name = "step"}); }},
    {"an assign to what a variable was", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) {
       const Output copy = identity(t.w, {.name = "copy"});
       assign_sub(t.here(copy), t.v, {.name = "step"});
     }},
    {"an assign of another shape", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { assign(t.here(t.w), t.a, {.name = "step"}); }},
    {"an assign of another dtype", typeid(GraphError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) { assign_add(t.here(t.w), t.d, {.name = "step"}); }},
    {"an assign of nothing", typeid(GraphError), ErrorCode::empty_handle, "",
     [](Bench& t) { assign(t.here(t.w), t.empty, {.name = "step"}); }},
    {"a sum with a bool variable", typeid(GraphError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) {
       const Output flag = variable(t.flags, {.name = "flag"});
       assign_add(t.here(flag), t.flags, {.name = "step"});
     }},
    {"a group of nothing", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { group({}, {.name = t.here("all")}); }},
    {"a group with an empty Output", typeid(GraphError), ErrorCode::empty_handle, "",
     [](Bench& t) { group({t.v, t.here(t.empty)}, {.name = "all"}); }},
    {"a group of two graphs", typeid(GraphError), ErrorCode::wrong_graph, "",
     [](Bench& t) { group({t.v, t.here(t.foreign)}, {.name = "all"}); }},
};

TEST_CASE("misused elementwise operations") { check_misuses(elementwise); }
TEST_CASE("misused products") { check_misuses(products); }
TEST_CASE("misused variables and groups") { check_misuses(state); }

}  // namespace
}  // namespace deft
