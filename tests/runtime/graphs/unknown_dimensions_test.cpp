#include <cstdint>

#include "support/misuse.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;

/// Feeds `open`, whose first dimension is unknown to the graph.
void run_open(Bench& t, const Output& fetch, const Shape& shape) {
  t.session.run(fetch, {{t.open, ones_of(shape)}, {t.a, ones_of({2, 3})}});
}

constexpr Misuse unknown_dimensions[] = {
    {"broadcasting", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: add 'sum': the shapes [5, 3] and [4, 3] do not broadcast: dimension -2 is 5 and 4 "
     "(inputs: f32[5, 3], f32[4, 3]); make these dimensions equal, or one of them 1",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {4, 3});
       const Output sum = add(t.here(t.open), x, {.name = "sum"});
       t.session.run(sum, {{t.open, ones_of({5, 3})}, {x, ones_of({4, 3})}});
     }},
    {"a product", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: matmul 'product': the inner dimensions differ: 3 of a [2, 3] and 2 of b [2, 3] "
     "(inputs: f32[2, 3], f32[2, 3]); the columns of a must be as many as the rows of b; see "
     "transpose_a and transpose_b",
     [](Bench& t) {
       run_open(t, matmul(t.here(t.a), t.open, {.name = "product"}), {2, 3});
     }},
    {"a reshape", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: reshape 'flat': the shape [4, 3] has 12 elements and does not fit [6] (inputs: f32[4, "
     "3]); give a shape of the same number of elements",
     [](Bench& t) {
       run_open(t, reshape(t.here(t.open), {6}, {.name = "flat"}), {4, 3});
     }},
    {"a reshape with a rest", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: reshape 'flat': the shape [5, 3] has 15 elements and does not fit [?, 2] (inputs: "
     "f32[5, 3]); give a shape of the same number of elements",
     [](Bench& t) {
       run_open(t, reshape(t.here(t.open), {unknown, 2}, {.name = "flat"}), {5, 3});
     }},
    {"a broadcast", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: broadcast_to 'wide': the shape [4, 3] does not broadcast to [2, 3]: dimension -2 is 4 "
     "and 2 (inputs: f32[4, 3]); dimensions must be equal, or 1 where they are repeated",
     [](Bench& t) {
       run_open(t, broadcast_to(t.here(t.open), {2, 3}, {.name = "wide"}), {4, 3});
     }},
    {"a squeeze", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: squeeze 'less': dimension 0 of [2, 3] is 2, but only a dimension of 1 can be removed "
     "(inputs: f32[2, 3]); reduce or index that dimension, or leave it",
     [](Bench& t) {
       run_open(t, squeeze(t.here(t.open), {0}, {.name = "less"}), {2, 3});
     }},
    {"the extreme of nothing", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: reduce_max 'most': dimension 0 of [0, 3] is 0, and nothing has no extreme (inputs: "
     "f32[0, 3]); reduce over dimensions of at least 1",
     [](Bench& t) {
       run_open(t, reduce_max(t.here(t.open), {.name = "most"}), {0, 3});
     }},
    {"a sum of two shapes", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: add_n 'total': input 1 has the shape [2, 3], but those before it [1, 3] (inputs: "
     "f32[1, 3], f32[2, 3]); make all shapes equal; only add broadcasts",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {unknown, 3});
       const Output total = add_n({t.here(t.open), x}, {.name = "total"});
       t.session.run(total, {{t.open, ones_of({1, 3})}, {x, ones_of({2, 3})}});
     }},
    {"a sum like something else", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: sum_like 'narrow': the shape [3, 3] does not broadcast to [2, 3]: dimension -2 is 3 "
     "and 2 (inputs: f32[2, 3], f32[3, 3]); dimensions must be equal, or 1 where they are repeated",
     [](Bench& t) {
       run_open(t, sum_like(t.here(t.a), t.open, {.name = "narrow"}), {3, 3});
     }},
    {"a reshape like something else", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: reshape_like 'flat': the shape [2, 3] has 6 elements and does not fit [3, 3] (inputs: "
     "f32[2, 3], f32[3, 3]); give a shape of the same number of elements",
     [](Bench& t) {
       run_open(t, reshape_like(t.here(t.a), t.open, {.name = "flat"}), {3, 3});
     }},
    {"equations without right side", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: lstsq 'fit': a [5, 3] has 5 rows, b [4, 1] has 4 (inputs: f32[5, 3], f32[4, 1]); a and "
     "b need one row per equation",
     [](Bench& t) {
       const Output ones_b = ones(t.graph, DType::f32, {4, 1});
       run_open(t, lstsq(t.here(t.open), ones_b, {.name = "fit"}), {5, 3});
     }},
    {"an assign of another shape", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: assign 'step': the variable has the shape [3], the value [2] (inputs: f32[3], f32[2]); "
     "reshape or broadcast the value: nothing is broadcast here",
     [](Bench& t) {
       const Output row = reduce_sum(t.open, {.axes = {1}});
       run_open(t, assign(t.here(t.w), row, {.name = "step"}), {2, 3});
     }},
    {"parts side by side", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: concat 'wide': input 1 has the shape [4, 3], which does not fit [2, ?] of those before "
     "it (inputs: f32[2, 3], f32[4, 3]); make all dimensions equal but the one of the axis",
     [](Bench& t) {
       run_open(t, concat({t.here(t.a), t.open}, 1, {.name = "wide"}), {4, 3});
     }},
    {"equal parts", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: split 'halves': dimension 0 of [5, 3] is 5 and cannot be cut into 2 equal parts "
     "(inputs: f32[5, 3]); give the sizes of the parts",
     [](Bench& t) {
       run_open(t, split(t.here(t.open), 2, 0, {.name = "halves"})[1], {5, 3});
     }},
    {"a mirror image", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: pad 'more': dimension 0 of [2, 3] is 2, too little for a padding of 2 in mode reflect "
     "(inputs: f32[2, 3]); pad at most 1",
     [](Bench& t) {
       run_open(t,
                pad(t.here(t.open), {{0, 2}, {0, 0}}, {.mode = PadMode::reflect, .name = "more"}),
                {2, 3});
     }},
    {"what was no slice", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: unslice 'back': x has the shape [2, 3], but the slices of [1, 3] have [1, 3] (inputs: "
     "f32[2, 3], f32[1, 3]); x must have the shape of slice(like, slices)",
     [](Bench& t) {
       run_open(t, unslice(t.here(t.a), t.open, {{0, 2}}, {.name = "back"}), {1, 3});
     }},
    {"what was no diagonal", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: diag_like 'back': x has the shape [3], but the diagonals of [2, 3] have [2] (inputs: "
     "f32[3], f32[2, 3]); x must have the shape of diag_part(like)",
     [](Bench& t) {
       run_open(t, diag_like(t.here(t.v), t.open, {.name = "back"}), {2, 3});
     }},
    {"a result that is too large", typeid(RunError), ErrorCode::overflow,
     "{0}: add 'sum': the number of elements of shape [8, 1152921504606846976] does not fit in 63 "
     "bits (inputs: f32[8, 1], f32[1152921504606846976]); make it smaller",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {unknown, 1});
       const Output y = zeros(t.graph, DType::f32, {std::int64_t{1} << 60});
       t.session.run(add(t.here(x), y, {.name = "sum"}), {{x, ones_of({8, 1})}});
     }},
};

TEST_CASE("what unknown dimensions hide until a run") { check_misuses(unknown_dimensions); }

}  // namespace
}  // namespace deft
