#include <vector>

#include <deft/ops/derivatives.hpp>

#include "support/misuse.hpp"

namespace deft {
namespace {

constexpr Misuse misuses[] = {
    {"an integer x", typeid(GradientError), ErrorCode::dtype_mismatch,
     "{0}: gradients: xs contains 'i' of dtype i32, but gradients exist for floating dtypes; cast "
     "to a "
     "floating dtype",
     [](Bench& t) { jacobian(t.v, t.here(t.i)); }},
    {"an empty y", typeid(GradientError), ErrorCode::empty_handle,
     "{0}: gradients: ys[0] is an empty Output; give it the result of a builder",
     [](Bench& t) { jvp(t.empty, t.here(t.v), t.v); }},
    {"an unknown dimension of x", typeid(GradientError), ErrorCode::shape_mismatch,
     "{0}: jacobian: 'open' has the shape [?, 3], but all dimensions must be known when a jacobian "
     "is built; give it a shape that is fully defined, or use products with vectors: jvp, "
     "gradients",
     [](Bench& t) { jacobian(t.v, t.here(t.open)); }},
    {"an unknown dimension of y", typeid(GradientError), ErrorCode::shape_mismatch,
     "{0}: jacobian: 'open' has the shape [?, 3], but all dimensions must be known when a jacobian "
     "is built; give it a shape that is fully defined, or use products with vectors: jvp, "
     "gradients",
     [](Bench& t) { jacobian(t.open, t.here(t.v)); }},
    {"too many dimensions", typeid(GradientError), ErrorCode::shape_mismatch,
     "{0}: hessian: 'deep' is f32[1, 1, 1, 1, 3], 'deep' is f32[1, 1, 1, 1, 3]: together they have "
     "10 dimensions, but a tensor has at most 8; reshape them to fewer dimensions",
     [](Bench& t) {
       const Output x = reshape(t.v, {1, 1, 1, 1, 3}, {.name = "deep"});
       const Output y = reduce_sum(x);
       hessian(y, t.here(x));
     }},
    {"a hessian of several elements", typeid(GradientError), ErrorCode::shape_mismatch,
     "{0}: gradients: 'v' has the shape [3], but only a scalar can be differentiated without "
     "grad_ys; reduce it to a scalar, or pass grad_ys",
     [](Bench& t) { hessian(t.here(t.v), t.v); }},
    {"too few vectors", typeid(GradientError), ErrorCode::invalid_argument,
     "{0}: gradients: 2 xs, but 1 vs; pass one per x",
     [](Bench& t) {
       const std::vector<Output> ys{t.v};
       jvp(ys, {t.v, t.w}, {t.here(t.v)});
     }},
    {"no xs, but a vector", typeid(GradientError), ErrorCode::invalid_argument,
     "{0}: gradients: 0 xs, but 1 vs; pass one per x",
     [](Bench& t) {
       const std::vector<Output> ys{t.v};
       jvp(ys, {}, {t.here(t.v)});
     }},
    {"a vector of another shape", typeid(GradientError), ErrorCode::shape_mismatch,
     "{0}: gradients: vs[0] is f32[2, 3], but 'w' is f32[3]; give it the shape of x",
     [](Bench& t) {
       const Output y = reduce_sum(t.w);
       hessian_vector_product(y, t.here(t.w), t.a);
     }},
    {"a vector of another dtype", typeid(GradientError), ErrorCode::dtype_mismatch,
     "{0}: gradients: vs[0] is f64[3], but 'w' is f32[3]; cast it to the dtype of x",
     [](Bench& t) { jvp(t.v, t.here(t.w), t.d); }},
    {"an empty vector", typeid(GradientError), ErrorCode::empty_handle,
     "{0}: gradients: vs[0] is an empty Output; give it the result of a builder",
     [](Bench& t) { jvp(t.v, t.here(t.w), t.empty); }},
};

TEST_CASE("what derivatives refuse") { check_misuses(misuses); }

}  // namespace
}  // namespace deft
