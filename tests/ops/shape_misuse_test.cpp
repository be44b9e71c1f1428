#include <cstdint>
#include <limits>

#include "support/misuse.hpp"

namespace deft {
namespace {

constexpr std::int64_t huge = std::int64_t{1} << 40;
constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t unknown = Shape::unknown;

constexpr Misuse sources[] = {
    {"zeros of unknown shape", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: zeros 'z': a filled tensor needs known dimensions, but the shape is [?, 2]; give all "
     "dimensions, or use a *_like operation",
     [](Bench& t) {
       zeros(t.here(t.graph), DType::f32, {unknown, 2}, {.name = "z"});
     }},
    {"ones of 2^80 elements", typeid(GraphError), ErrorCode::overflow,
     "{0}: ones 'z': the number of elements of shape [1099511627776, 1099511627776] does not fit "
     "in 63 bits; make it smaller",
     [](Bench& t) {
       ones(t.here(t.graph), DType::f32, {huge, huge}, {.name = "z"});
     }},
    {"zeros of 2^64 bytes", typeid(GraphError), ErrorCode::overflow,
     "{0}: zeros 'z': the size in bytes of f64[1099511627776, 2097152] does not fit in 63 bits; "
     "make it smaller",
     [](Bench& t) {
       zeros(t.here(t.graph), DType::f64, {huge, 1 << 21}, {.name = "z"});
     }},
    {"zeros of a negative size", typeid(ValueError), ErrorCode::invalid_argument,
     "{0}: dimension 1 of a shape is -7; a dimension is 0 or more, or Shape::unknown",
     [](Bench& t) {
       zeros(t.graph, DType::f32, {2, t.here(-7)}, {.name = "z"});
     }},
    {"half as an integer", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: fill 'f': the scalar 0.5 has no value of dtype i32; use an integer within its range, "
     "or another dtype",
     [](Bench& t) { fill(t.here(t.graph), DType::i32, {2}, 0.5, {.name = "f"}); }},
    {"too large for f32", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: fill 'f': the scalar -1e+300 has no value of dtype f32; use a smaller number, or f64",
     [](Bench& t) { fill(t.here(t.graph), DType::f32, {2}, -1e300, {.name = "f"}); }},
    {"two as a bool", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: fill 'f': the scalar 2 has no value of dtype bool; use true or false",
     [](Bench& t) { fill(t.here(t.graph), DType::boolean, {}, 2, {.name = "f"}); }},
    {"a placeholder without dtype", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: placeholder 'x': 99 is not a dtype; use one of the values of DType",
     [](Bench& t) { placeholder(t.graph, static_cast<DType>(99), {}, {.name = t.here("x")}); }},
    {"a placeholder of 2^80 elements", typeid(GraphError), ErrorCode::overflow,
     "{0}: placeholder 'x': the number of elements of shape [1099511627776, 1099511627776] does "
     "not fit in 63 bits; make it smaller",
     [](Bench& t) {
       placeholder(t.here(t.graph), DType::f32, {huge, huge}, {.name = "x"});
     }},
};

constexpr Misuse reductions[] = {
    {"an axis outside the rank", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: reduce_sum 'sum': axis 2 is outside the rank 2 (inputs: f32[2, 3]); use -2 to 1",
     [](Bench& t) { reduce_sum(t.here(t.a), {.axes = {2}, .name = "sum"}); }},
    {"the lowest axis", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: reduce_mean 'mean': axis -9223372036854775808 is outside the rank 2 (inputs: f32[2, "
     "3]); use -2 to 1",
     [](Bench& t) { reduce_mean(t.here(t.a), {.axes = {lowest}, .name = "mean"}); }},
    {"an axis of a scalar", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: reduce_sum 'sum': axis 0 is outside the rank 0 (inputs: f32[]); a scalar has no axes",
     [](Bench& t) {
       const Output scalar = placeholder(t.graph, DType::f32, {});
       reduce_sum(t.here(scalar), {.axes = {0}, .name = "sum"});
     }},
    {"an axis twice", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: reduce_min 'least': axis -2 of rank 2 is given twice (inputs: f32[2, 3]); name each "
     "axis once; negative axes count from the end",
     [](Bench& t) {
       reduce_min(t.here(t.a), {.axes = {0, -2}, .name = "least"});
     }},
    {"the mean of integers", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: reduce_mean 'mean': input 0 is i32, but must be f32 or f64 (inputs: i32[3]); cast it "
     "to a floating dtype",
     [](Bench& t) { reduce_mean(t.here(t.i), {.name = "mean"}); }},
    {"the sum of bool", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: reduce_sum 'sum': input 0 is bool, but must be f32, f64, i32 or i64 (inputs: bool[3]); "
     "cast it to a numeric dtype",
     [](Bench& t) { reduce_sum(t.here(t.flags), {.name = "sum"}); }},
    {"the extreme of nothing", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: reduce_max 'most': dimension 1 of [2, 0] is 0, and nothing has no extreme (inputs: "
     "f32[2, 0]); reduce over dimensions of at least 1",
     [](Bench& t) {
       const Output none = placeholder(t.graph, DType::f32, {2, 0});
       reduce_max(t.here(none), {.axes = {1}, .name = "most"});
     }},
    {"a size of 2^80", typeid(GraphError), ErrorCode::overflow,
     "{0}: size 'count': the number of elements of shape [1099511627776, 1099511627776] does not "
     "fit in 63 bits (inputs: f32[?, 1099511627776, 1099511627776]); make it smaller",
     [](Bench& t) {
       const Output none = placeholder(t.graph, DType::f32, {unknown, huge, huge});
       size(t.here(none), {1, 2}, {.name = "count"});
     }},
};

constexpr Misuse shapes[] = {
    {"another number of elements", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: reshape 'flat': the shape [2, 3] has 6 elements and does not fit [4] (inputs: f32[2, "
     "3]); give a shape of the same number of elements",
     [](Bench& t) { reshape(t.here(t.a), {4}, {.name = "flat"}); }},
    {"a rest that does not divide", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: reshape 'flat': the shape [2, 3] has 6 elements and does not fit [?, 4] (inputs: "
     "f32[2, 3]); give a shape of the same number of elements",
     [](Bench& t) {
       reshape(t.here(t.a), {unknown, 4}, {.name = "flat"});
     }},
    {"two unknown dimensions", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: reshape 'flat': the shape [?, ?] has more than one unknown dimension (inputs: f32[2, "
     "3]); give all dimensions but one",
     [](Bench& t) {
       reshape(t.here(t.a), {unknown, unknown}, {.name = "flat"});
     }},
    {"an unknown dimension beside 0", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: reshape 'flat': the unknown dimension of [?, 0] cannot be inferred beside a dimension "
     "of 0, from [2, 3] (inputs: f32[2, 3]); give all dimensions",
     [](Bench& t) {
       reshape(t.here(t.a), {unknown, 0}, {.name = "flat"});
     }},
    {"a shape of 2^80 elements", typeid(GraphError), ErrorCode::overflow,
     "{0}: reshape 'flat': the number of elements of shape [1099511627776, 1099511627776, 1] does "
     "not fit in 63 bits (inputs: f32[2, 3]); make it smaller",
     [](Bench& t) {
       reshape(t.here(t.a), {huge, huge, unknown}, {.name = "flat"});
     }},
    {"like something larger", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: reshape_like 'flat': the shape [2, 3] has 6 elements and does not fit [4, 5] (inputs: "
     "f32[2, 3], f32[4, 5]); give a shape of the same number of elements",
     [](Bench& t) { reshape_like(t.here(t.a), t.b, {.name = "flat"}); }},
    {"a smaller target", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: broadcast_to 'wide': the shape [2, 3] does not broadcast to [2, 1]: dimension -1 is 3 "
     "and 1 (inputs: f32[2, 3]); dimensions must be equal, or 1 where they are repeated",
     [](Bench& t) {
       broadcast_to(t.here(t.a), {2, 1}, {.name = "wide"});
     }},
    {"a target of lower rank", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: broadcast_to 'wide': the shape [2, 3] does not broadcast to [3]: rank 2 is over 1 "
     "(inputs: f32[2, 3]); dimensions must be equal, or 1 where they are repeated",
     [](Bench& t) { broadcast_to(t.here(t.a), {3}, {.name = "wide"}); }},
    {"an unknown target", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: broadcast_to 'wide': broadcasting needs known dimensions, but the shape is [?, 3] "
     "(inputs: f32[3]); give all dimensions, or use a *_like operation",
     [](Bench& t) {
       broadcast_to(t.here(t.v), {unknown, 3}, {.name = "wide"});
     }},
    {"broadcast like something else", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: broadcast_like 'wide': the shape [2, 3] does not broadcast to [4, 5]: dimension -2 is "
     "2 and 4 (inputs: f32[2, 3], f32[4, 5]); dimensions must be equal, or 1 where they are "
     "repeated",
     [](Bench& t) { broadcast_like(t.here(t.a), t.b, {.name = "wide"}); }},
    {"summed to something larger", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: sum_like 'narrow': the shape [2, 3] does not broadcast to [3]: rank 2 is over 1 "
     "(inputs: f32[3], f32[2, 3]); dimensions must be equal, or 1 where they are repeated",
     [](Bench& t) { sum_like(t.here(t.v), t.a, {.name = "narrow"}); }},
    {"a sum of bool", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: sum_like 'narrow': input 0 is bool, but must be f32, f64, i32 or i64 (inputs: bool[3], "
     "f32[3]); cast it to a numeric dtype",
     [](Bench& t) { sum_like(t.here(t.flags), t.v, {.name = "narrow"}); }},
    {"a dimension too far", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: expand_dims 'more': axis 3 is outside a result of rank 3 (inputs: f32[2, 3]); use -3 "
     "to 2",
     [](Bench& t) { expand_dims(t.here(t.a), 3, {.name = "more"}); }},
    {"a ninth dimension", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: expand_dims 'more': the rank is 8 already, and no rank is higher (inputs: f32[1, 1, 1, "
     "1, 1, 1, 1, 1]); merge dimensions with reshape",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {1, 1, 1, 1, 1, 1, 1, 1});
       expand_dims(t.here(x), 0, {.name = "more"});
     }},
    {"a dimension that is not 1", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: squeeze 'less': dimension 1 of [2, 3] is 3, but only a dimension of 1 can be removed "
     "(inputs: f32[2, 3]); reduce or index that dimension, or leave it",
     [](Bench& t) { squeeze(t.here(t.a), {1}, {.name = "less"}); }},
    {"squeezed out of range", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: squeeze 'less': axis -3 is outside the rank 2 (inputs: f32[2, 3]); use -2 to 1",
     [](Bench& t) { squeeze(t.here(t.a), {-3}, {.name = "less"}); }},
    {"squeezed nothing", typeid(GraphError), ErrorCode::empty_handle,
     "{0}: squeeze 'less': input 0 is an empty Output; give it the result of a builder",
     [](Bench& t) { squeeze(t.here(t.empty), {}, {.name = "less"}); }},
    {"squeezed an operation without output", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: squeeze 'less': input 0, 'done', is an operation without output; use it in a control "
     "dependency",
     [](Bench& t) { squeeze(t.here(t.done), {}, {.name = "less"}); }},
    {"a short permutation", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: transpose 'turned': the permutation names 1 dimensions, but the rank is 2 (inputs: "
     "f32[2, 3]); name every dimension once",
     [](Bench& t) { transpose(t.here(t.a), {1}, {.name = "turned"}); }},
    {"a long permutation", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: transpose 'turned': axis 2 is outside the rank 2 (inputs: f32[2, 3]); use -2 to 1",
     [](Bench& t) {
       transpose(t.here(t.a), {1, 0, 2}, {.name = "turned"});
     }},
    {"a permutation that repeats", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: transpose 'turned': axis -1 of rank 2 is given twice (inputs: f32[2, 3]); name each "
     "axis once; negative axes count from the end",
     [](Bench& t) {
       transpose(t.here(t.a), {1, -1}, {.name = "turned"});
     }},
    {"a permutation of a scalar", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: transpose 'turned': axis 0 is outside the rank 0 (inputs: f32[]); a scalar has no axes",
     [](Bench& t) {
       const Output scalar = placeholder(t.graph, DType::f32, {});
       transpose(t.here(scalar), {0}, {.name = "turned"});
     }},
    {"zeros like nothing", typeid(GraphError), ErrorCode::empty_handle,
     "{0}: zeros_like 'z': input 0 is an empty Output; give it the result of a builder",
     [](Bench& t) { zeros_like(t.here(t.empty), {.name = "z"}); }},
    {"the shape of an operation without output", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: shape 's': input 0, 'done', is an operation without output; use it in a control "
     "dependency",
     [](Bench& t) { shape(t.here(t.done), {.name = "s"}); }},
};

TEST_CASE("misused sources") { check_misuses(sources); }
TEST_CASE("misused reductions") { check_misuses(reductions); }
TEST_CASE("misused shapes") { check_misuses(shapes); }

}  // namespace
}  // namespace deft
