#include <cstdint>

#include "support/misuse.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;

Output input(Bench& t, const Shape& shape, DType dtype = DType::f32) {
  return placeholder(t.graph, dtype, shape);
}

constexpr Misuse convolutions[] = {
    {"a matrix", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: conv: the input has the shape [2, 3] of rank 2, but needs a batch, channels and 1 to 3 "
     "spatial dimensions (inputs: f32[2, 3], f32[3, 3, 2, 4]); reshape it to rank 3, 4 or 5",
     [](Bench& t) {
       const Output w = input(t, {3, 3, 2, 4});
       conv(t.here(t.a), w);
     }},
    {"a filter of another rank", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: conv: the filter has the shape [3, 2, 4] of rank 3, but input 0 has rank 4 (inputs: "
     "f32[1, 8, 8, 2], f32[3, 2, 4]); give both the same number of spatial dimensions",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 8, 2});
       const Output w = input(t, {3, 2, 4});
       conv(t.here(x), w);
     }},
    {"integers", typeid(GraphError), ErrorCode::dtype_mismatch,
     "{0}: conv: input 0 is i32, but must be f32 or f64 (inputs: i32[1, 8, 2], i32[3, 2, 4]); cast "
     "it to a floating dtype",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 2}, DType::i32);
       const Output w = input(t, {3, 2, 4}, DType::i32);
       conv(t.here(x), w);
     }},
    {"other channels", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: conv 'first': the input [?, 3, 8, 8] has 8 channels, but the filter [3, 3, 3, 4] is for "
     "3 in 1 group (inputs: f32[?, 3, 8, 8], f32[3, 3, 3, 4]); the filter needs the channels of "
     "the input divided by the groups; see layout",
     [](Bench& t) {
       const Output x = input(t, {unknown, 3, 8, 8});
       const Output w = input(t, {3, 3, 3, 4});
       conv(t.here(x), w, {.name = "first"});
     }},
    {"other channels in groups", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: conv: the input [1, 8, 6] has 6 channels, but the filter [3, 6, 4] is for 12 in 2 "
     "groups (inputs: f32[1, 8, 6], f32[3, 6, 4]); the filter needs the channels of the input "
     "divided by the groups; see layout",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 6});
       const Output w = input(t, {3, 6, 4});
       conv(t.here(x), w, {.groups = 2});
     }},
    {"channels that groups do not divide", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: conv: the input [1, 8, 5] has 5 channels, which is no multiple of 2 groups (inputs: "
     "f32[1, 8, 5], f32[3, ?, 4]); give each group the same number of channels",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 5});
       const Output w = input(t, {3, unknown, 4});
       conv(t.here(x), w, {.groups = 2});
     }},
    {"results that groups do not divide", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: conv: dimension 2 of the filter [3, 3, 5] is 5, which is no multiple of 2 groups "
     "(inputs: f32[1, 8, 6], f32[3, 3, 5]); give each group the same number of channels",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 6});
       const Output w = input(t, {3, 3, 5});
       conv(t.here(x), w, {.groups = 2});
     }},
    {"no groups", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: conv: there are 0 groups, but must be 1 or more (inputs: f32[1, 8, 6], f32[3, 6, 5]); "
     "give 1 for a convolution of all channels",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 6});
       const Output w = input(t, {3, 6, 5});
       conv(t.here(x), w, {.groups = 0});
     }},
    {"too many groups", typeid(GraphError), ErrorCode::overflow,
     "{0}: conv: 4611686018427387904 groups of 6 channels do not fit in 63 bits (inputs: f32[1, 8, "
     "6], f32[3, 6, 0]); give fewer groups",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 6});
       const Output w = input(t, {3, 6, 0});
       conv(t.here(x), w, {.groups = std::int64_t{1} << 62});
     }},
    {"a stride of zero", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: conv: strides has the number 0, but must be from 1 to 2147483647 (inputs: f32[1, 8, 8, "
     "2], f32[3, 3, 2, 4]); give a number in that range",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 8, 2});
       const Output w = input(t, {3, 3, 2, 4});
       conv(t.here(x), w, {.strides = {2, 0}});
     }},
    {"a stride for another rank", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: conv: strides has 1 entry for 2 spatial dimensions (inputs: f32[1, 8, 8, 2], f32[3, 3, "
     "2, 4]); give one entry per spatial dimension",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 8, 2});
       const Output w = input(t, {3, 3, 2, 4});
       conv(t.here(x), w, {.strides = {2}});
     }},
    {"a dilation that is too large", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: conv: dilations has the number 2147483648, but must be from 1 to 2147483647 (inputs: "
     "f32[1, 8, 2], f32[3, 2, 4]); give a number in that range",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 2});
       const Output w = input(t, {3, 2, 4});
       conv(t.here(x), w, {.dilations = {std::int64_t{1} << 31}});
     }},
    {"negative padding", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: conv: padding has the number -1, but must be from 0 to 2147483647 (inputs: f32[1, 8, "
     "2], f32[3, 2, 4]); give a number in that range",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 2});
       const Output w = input(t, {3, 2, 4});
       conv(t.here(x), w, {.padding = {{0, -1}}});
     }},
    {"padding for another rank", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: conv: padding has 2 entries for 1 spatial dimension (inputs: f32[1, 8, 2], f32[3, 2, "
     "4]); give one entry per spatial dimension",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 2});
       const Output w = input(t, {3, 2, 4});
       conv(t.here(x), w, {.padding = {{0, 1}, {0, 1}}});
     }},
    {"a filter larger than the input", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: conv: along spatial dimension 1 a window of 4 elements, dilated by 2, spans 7, but the "
     "input has 5 padded by 1 and 0 (inputs: f32[1, 8, 5, 2], f32[3, 4, 2, 4]); pad the input, or "
     "make the window smaller",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 5, 2});
       const Output w = input(t, {3, 4, 2, 4});
       conv(t.here(x), w, {.dilations = {1, 2}, .padding = {{0, 0}, {1, 0}}});
     }},
    {"a filter without elements", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: conv: the window has 0 elements along spatial dimension 0, but must have from 1 to "
     "2147483647 (inputs: f32[1, 8, 2], f32[0, 2, 4]); give a window of that size",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 2});
       const Output w = input(t, {0, 2, 4});
       conv(t.here(x), w);
     }},
    {"an unknown size that is too small", typeid(RunError), ErrorCode::shape_mismatch,
     "{0}: conv 'narrow': along spatial dimension 0 a window of 3 elements, dilated by 1, spans 3, "
     "but the input has 2 padded by 0 and 0 (inputs: f32[1, 2, 2], f32[3, 2, 4]); pad the input, "
     "or make the window smaller",
     [](Bench& t) {
       const Output x = input(t, {1, unknown, 2});
       const Output w = input(t, {3, 2, 4});
       const Output y = conv(t.here(x), w, {.name = "narrow"});
       t.session.run(y, {{x, ones_of({1, 2, 2})}, {w, ones_of({3, 2, 4})}});
     }},
};

constexpr Misuse transposed[] = {
    {"other channels", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: conv_transpose: the input [1, 8, 2] has 2 channels, but the filter [3, 2, 4] gives 4 in "
     "conv (inputs: f32[1, 8, 2], f32[3, 2, 4]); the filter is that of the conv which is "
     "transposed; see layout",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 2});
       const Output w = input(t, {3, 2, 4});
       conv_transpose(t.here(x), w);
     }},
    {"output padding of a stride", typeid(GraphError), ErrorCode::invalid_argument,
     "{0}: conv_transpose: output_padding has the number 2 where the stride is 2 (inputs: f32[1, "
     "8, 4], f32[3, 2, 4]); give a number below the stride",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 4});
       const Output w = input(t, {3, 2, 4});
       conv_transpose(t.here(x), w, {.strides = {2}, .output_padding = {2}});
     }},
    {"too much padding", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: conv_transpose: spatial dimension 0 of the result has 3 elements, of which the padding "
     "cuts off 2 and 2 (inputs: f32[1, 1, 4], f32[3, 2, 4]); give less padding",
     [](Bench& t) {
       const Output x = input(t, {1, 1, 4});
       const Output w = input(t, {3, 2, 4});
       conv_transpose(t.here(x), w, {.padding = {{2, 2}}});
     }},
    {"nothing", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: conv_transpose: spatial dimension 0 of the input is 0, but conv never gives so few "
     "(inputs: f32[1, 0, 4], f32[3, 2, 4]); give at least one element",
     [](Bench& t) {
       const Output x = input(t, {1, 0, 4});
       const Output w = input(t, {3, 2, 4});
       conv_transpose(t.here(x), w);
     }},
    {"a result near 2^63", typeid(GraphError), ErrorCode::overflow,
     "{0}: conv_transpose: spatial dimension 0 of the result does not fit in 63 bits: "
     "1099511627776 windows at a stride of 1073741824 (inputs: f32[1, 1099511627776, 1], f32[3, 1, "
     "1]); make it smaller",
     [](Bench& t) {
       const Output x = input(t, {1, std::int64_t{1} << 40, 1});
       const Output w = input(t, {3, 1, 1});
       conv_transpose(t.here(x), w, {.strides = {1 << 30}});
     }},
    {"a gradient of another shape", typeid(GraphError), ErrorCode::shape_mismatch,
     "{0}: conv_filter_gradient 'dw': input 1 has the shape [1, 8, 4], but conv gives [1, 6, 4] "
     "for the input [1, 8, 2] and the filter [3, 2, 4] (inputs: f32[1, 8, 2], f32[1, 8, 4], f32[3, "
     "2, 4]); give the gradient of what conv gives under the same options",
     [](Bench& t) {
       const Output x = input(t, {1, 8, 2});
       const Output w = input(t, {3, 2, 4});
       const Output g = input(t, {1, 8, 4});
       conv_filter_gradient(t.here(x), g, w, {.name = "dw"});
     }},
};

TEST_CASE("misused convolutions") { check_misuses(convolutions); }
TEST_CASE("misused transposed convolutions and gradients") { check_misuses(transposed); }

}  // namespace
}  // namespace deft
