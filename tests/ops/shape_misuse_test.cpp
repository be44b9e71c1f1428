#include <cstdint>
#include <limits>

#include "support/misuse.hpp"

namespace deft {
namespace {

constexpr std::int64_t huge = std::int64_t{1} << 40;
constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t unknown = Shape::unknown;

constexpr Misuse sources[] = {
    {"zeros of unknown shape", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { zeros(t.here(t.graph), DType::f32, {unknown, 2}, {.name = "z"}); }},
    {"ones of 2^80 elements", typeid(GraphError), ErrorCode::overflow, "",
     [](Bench& t) { ones(t.here(t.graph), DType::f32, {huge, huge}, {.name = "z"}); }},
    {"zeros of 2^64 bytes", typeid(GraphError), ErrorCode::overflow, "",
     [](Bench& t) { zeros(t.here(t.graph), DType::f64, {huge, 1 << 21}, {.name = "z"}); }},
    {"zeros of a negative size", typeid(ValueError), ErrorCode::invalid_argument, "",
     [](Bench& t) { zeros(t.here(t.graph), DType::f32, {2, -7}, {.name = "z"}); }},
    {"half as an integer", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { fill(t.here(t.graph), DType::i32, {2}, 0.5, {.name = "f"}); }},
    {"too large for f32", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { fill(t.here(t.graph), DType::f32, {2}, -1e300, {.name = "f"}); }},
    {"two as a bool", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { fill(t.here(t.graph), DType::boolean, {}, 2, {.name = "f"}); }},
    {"a placeholder without dtype", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { placeholder(t.graph, static_cast<DType>(9), {}, {.name = t.here("x")}); }},
    {"a placeholder of 2^80 elements", typeid(GraphError), ErrorCode::overflow, "",
     [](Bench& t) { placeholder(t.here(t.graph), DType::f32, {huge, huge}, {.name = "x"}); }},
};

constexpr Misuse reductions[] = {
    {"an axis outside the rank", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { reduce_sum(t.here(t.a), {.axes = {2}, .name = "sum"}); }},
    {"the lowest axis", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { reduce_mean(t.here(t.a), {.axes = {lowest}, .name = "mean"}); }},
    {"an axis of a scalar", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) {
       const Output scalar = placeholder(t.graph, DType::f32, {});
       reduce_sum(t.here(scalar), {.axes = {0}, .name = "sum"});
     }},
    {"an axis twice", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { reduce_min(t.here(t.a), {.axes = {0, -2}, .name = "least"}); }},
    {"the mean of integers", typeid(GraphError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) { reduce_mean(t.here(t.i), {.name = "mean"}); }},
    {"the sum of bool", typeid(GraphError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) { reduce_sum(t.here(t.flags), {.name = "sum"}); }},
    {"the extreme of nothing", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) {
       const Output none = placeholder(t.graph, DType::f32, {2, 0});
       reduce_max(t.here(none), {.axes = {1}, .name = "most"});
     }},
    {"a size of 2^80", typeid(GraphError), ErrorCode::overflow, "",
     [](Bench& t) {
       const Output none = placeholder(t.graph, DType::f32, {0, huge, huge});
       size(t.here(none), {1, 2}, {.name = "count"});
     }},
};

constexpr Misuse shapes[] = {
    {"another number of elements", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { reshape(t.here(t.a), {4}, {.name = "flat"}); }},
    {"a rest that does not divide", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { reshape(t.here(t.a), {unknown, 4}, {.name = "flat"}); }},
    {"two unknown dimensions", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { reshape(t.here(t.a), {unknown, unknown}, {.name = "flat"}); }},
    {"an unknown dimension beside 0", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { reshape(t.here(t.a), {unknown, 0}, {.name = "flat"}); }},
    {"a shape of 2^80 elements", typeid(GraphError), ErrorCode::overflow, "",
     [](Bench& t) { reshape(t.here(t.a), {huge, huge, unknown}, {.name = "flat"}); }},
    {"like something larger", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { reshape_like(t.here(t.a), t.b, {.name = "flat"}); }},
    {"a smaller target", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { broadcast_to(t.here(t.a), {2, 1}, {.name = "wide"}); }},
    {"a target of lower rank", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { broadcast_to(t.here(t.a), {3}, {.name = "wide"}); }},
    {"an unknown target", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { broadcast_to(t.here(t.v), {unknown, 3}, {.name = "wide"}); }},
    {"broadcast like something else", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { broadcast_like(t.here(t.a), t.b, {.name = "wide"}); }},
    {"summed to something larger", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { sum_like(t.here(t.v), t.a, {.name = "narrow"}); }},
    {"a sum of bool", typeid(GraphError), ErrorCode::dtype_mismatch, "",
     [](Bench& t) { sum_like(t.here(t.flags), t.v, {.name = "narrow"}); }},
    {"a dimension too far", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { expand_dims(t.here(t.a), 3, {.name = "more"}); }},
    {"a ninth dimension", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {1, 1, 1, 1, 1, 1, 1, 1});
       expand_dims(t.here(x), 0, {.name = "more"});
     }},
    {"a dimension that is not 1", typeid(GraphError), ErrorCode::shape_mismatch, "",
     [](Bench& t) { squeeze(t.here(t.a), {1}, {.name = "less"}); }},
    {"squeezed out of range", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { squeeze(t.here(t.a), {-3}, {.name = "less"}); }},
    {"squeezed nothing", typeid(GraphError), ErrorCode::empty_handle, "",
     [](Bench& t) { squeeze(t.here(t.empty), {}, {.name = "less"}); }},
    {"squeezed an operation without output", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { squeeze(t.here(t.done), {}, {.name = "less"}); }},
    {"a short permutation", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { transpose(t.here(t.a), {1}, {.name = "turned"}); }},
    {"a long permutation", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { transpose(t.here(t.a), {1, 0, 2}, {.name = "turned"}); }},
    {"a permutation that repeats", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) { transpose(t.here(t.a), {1, -1}, {.name = "turned"}); }},
    {"a permutation of a scalar", typeid(GraphError), ErrorCode::invalid_argument, "",
     [](Bench& t) {
       const Output scalar = placeholder(t.graph, DType::f32, {});
       transpose(t.here(scalar), {0}, {.name = "turned"});
     }},
    {"zeros like nothing", typeid(GraphError), ErrorCode::empty_handle, "",
     [](Bench& t) { zeros_like(t.here(t.empty), {.name = "z"}); }},
    {"the shape of an operation without output", typeid(GraphError), ErrorCode::invalid_argument,
     "", [](Bench& t) { shape(t.here(t.done), {.name = "s"}); }},
};

TEST_CASE("misused sources") { check_misuses(sources); }
TEST_CASE("misused reductions") { check_misuses(reductions); }
TEST_CASE("misused shapes") { check_misuses(shapes); }

}  // namespace
}  // namespace deft
