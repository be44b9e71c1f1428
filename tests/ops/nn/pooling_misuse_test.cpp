#include "support/misuse.hpp"

namespace deft {
namespace {

constexpr Misuse pools[] = {
    {"a matrix", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: max_pool: the input has the shape [2, 3] of rank 2, but needs a batch, channels and 1 "
     "to 3 spatial dimensions (inputs: f32[2, 3]); reshape it to rank 3, 4 or 5",
     [](Bench& t) { max_pool(t.here(t.a), {.window = {2}}); }},
    {"no window", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: max_pool: window is empty (inputs: f32[1, 8, 8, 2]); give its size along each spatial "
     "dimension",
     [](Bench& t) {
       const Output x = zeros(t.graph, DType::f32, {1, 8, 8, 2});
       max_pool(t.here(x), {.window = {}});
     }},
    {"a window of another rank", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: max_pool 'pool': window has 1 entry for 2 spatial dimensions (inputs: f32[1, 8, 8, 2]); "
     "give one entry per spatial dimension",
     [](Bench& t) {
       const Output x = zeros(t.graph, DType::f32, {1, 8, 8, 2});
       max_pool(t.here(x), {.window = {2}, .name = "pool"});
     }},
    {"a window of nothing", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: average_pool: window has the number 0, but must be from 1 to 2147483647 (inputs: f32[1, "
     "8, 2]); give a number in that range",
     [](Bench& t) {
       const Output x = zeros(t.graph, DType::f32, {1, 8, 2});
       average_pool(t.here(x), {.window = {0}});
     }},
    {"a stride of zero", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: average_pool: strides has the number 0, but must be from 1 to 2147483647 (inputs: "
     "f32[1, 8, 2]); give a number in that range",
     [](Bench& t) {
       const Output x = zeros(t.graph, DType::f32, {1, 8, 2});
       average_pool(t.here(x), {.window = {2}, .strides = {0}});
     }},
    {"windows of padding", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: max_pool: spatial dimension 0 is padded by 2, but a window spans 2 (inputs: f32[1, 8, "
     "2]); pad by less than a window, which would have nothing but padding",
     [](Bench& t) {
       const Output x = zeros(t.graph, DType::f32, {1, 8, 2});
       max_pool(t.here(x), {.window = {2}, .padding = {{0, 2}}});
     }},
    {"a window larger than the input", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: max_pool: along spatial dimension 1 a window of 5 elements, dilated by 1, spans 5, but "
     "the input has 3 padded by 1 and 0 (inputs: f32[1, 8, 3, 2]); pad the input, or make the "
     "window smaller",
     [](Bench& t) {
       const Output x = zeros(t.graph, DType::f32, {1, 8, 3, 2});
       max_pool(t.here(x), {.window = {2, 5}, .padding = {{0, 0}, {1, 0}}});
     }},
    {"the mean of integers", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: average_pool: input 0 is i64, but must be f32 or f64 (inputs: i64[1, 8, 2]); cast it to "
     "a floating dtype",
     [](Bench& t) {
       const Output x = zeros(t.graph, DType::i64, {1, 8, 2});
       average_pool(t.here(x), {.window = {2}});
     }},
    {"an unknown size that is too small", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: max_pool 'pool': along spatial dimension 0 a window of 3 elements, dilated by 1, spans "
     "3, but the input has 2 padded by 0 and 0 (inputs: f32[1, 2, 2]); pad the input, or make the "
     "window smaller",
     [](Bench& t) {
       const Output x = placeholder(t.graph, DType::f32, {1, Shape::unknown, 2});
       const Output y = max_pool(t.here(x), {.window = {3}, .name = "pool"});
       t.session.run(y, {{x, ones_of({1, 2, 2})}});
     }},
};

TEST_CASE("misused pools") { check_misuses(pools); }

}  // namespace
}  // namespace deft
