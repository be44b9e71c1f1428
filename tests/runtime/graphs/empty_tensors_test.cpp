#include <algorithm>
#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/ops/builtins.hpp>

#include "caught.hpp"

namespace deft {
namespace {

constexpr std::int64_t huge = std::int64_t{1} << 40;

/// What an operation makes of tensors without elements.
struct EmptyRow {
  const char* op;
  Output (*make)(const Output& x);  // x: f32[0, 3]
  const char* result;               // dtype and shape, and the elements if there are any
};

Output filled(const Output& x, const Shape& shape, double value = 2) {
  return fill(x.graph(), DType::f32, shape, value);
}
Output integers(const Output& x, const Shape& shape) {
  return fill(x.graph(), DType::i32, shape, 2);
}
Output doubles(const Output& x, const Shape& shape) {
  return fill(x.graph(), DType::f64, shape, 2);
}

Random first_step(const Output& x) {
  return Random(x.graph(), {.step = constant(x.graph(), Tensor::scalar<std::int64_t>(0))});
}
Output pooled_average(const Output& x) { return average_pool(x, {.window = {2}}); }
Output pooled_maximum(const Output& x) { return max_pool(x, {.window = {2}}); }
/// [0, 0] of x.
Output gram(const Output& x) { return matmul(x, x, {.transpose_b = true}); }

const EmptyRow rows[] = {
    {"abs", [](const Output& x) { return abs(x); }, "f32[0, 3]"},
    {"acos", [](const Output& x) { return acos(x); }, "f32[0, 3]"},
    {"acosh", [](const Output& x) { return acosh(x); }, "f32[0, 3]"},
    {"add", [](const Output& x) { return x + filled(x, {3}); }, "f32[0, 3]"},
    {"add",
     [](const Output& x) {
       return reshape(x, {0, 3, 1}) + filled(x, {5});
     },
     "f32[0, 3, 5]"},
    {"add_along_axis",
     [](const Output& x) {
       return add_along_axis(x, integers(x, {0, 1}), filled(x, {0, 1}), 1);
     },
     "f32[0, 3]"},
    {"add_n",
     [](const Output& x) {
       return add_n({x, x, x});
     },
     "f32[0, 3]"},
    {"argmax", [](const Output& x) { return argmax(x, 1); }, "i64[0]"},
    {"argmin", [](const Output& x) { return argmin(x, -1, {.keep_dims = true}); }, "i64[0, 1]"},
    {"argsort", [](const Output& x) { return argsort(x, {.axis = 0}); }, "i64[0, 3]"},
    {"asin", [](const Output& x) { return asin(x); }, "f32[0, 3]"},
    {"asinh", [](const Output& x) { return asinh(x); }, "f32[0, 3]"},
    {"assign", [](const Output& x) { return assign(variable(x), x); }, "f32[0, 3]"},
    {"assign_add", [](const Output& x) { return assign_add(variable(x), x); }, "f32[0, 3]"},
    {"assign_sub", [](const Output& x) { return assign_sub(variable(x), x); }, "f32[0, 3]"},
    {"atan", [](const Output& x) { return atan(x); }, "f32[0, 3]"},
    {"atan2", [](const Output& x) { return atan2(filled(x, {3}), x); }, "f32[0, 3]"},
    {"atanh", [](const Output& x) { return atanh(x); }, "f32[0, 3]"},
    {"average_pool",
     [](const Output& x) {
       return pooled_average(reshape(x, {0, 4, 2}));
     },
     "f32[0, 3, 2]"},
    {"average_pool",
     [](const Output& x) {
       return pooled_average(reshape(x, {2, 4, 0}));
     },
     "f32[2, 3, 0]"},
    {"average_pool_scatter",
     [](const Output& x) {
       const Output empty = reshape(x, {0, 4, 2});
       return gradients(reduce_sum(pooled_average(empty)), {empty}).at(0);
     },
     "f32[0, 4, 2]"},
    {"broadcast_like",
     [](const Output& x) {
       return broadcast_like(filled(x, {1, 3}), x);
     },
     "f32[0, 3]"},
    {"broadcast_to",
     [](const Output& x) {
       return broadcast_to(x, {2, 0, 3});
     },
     "f32[2, 0, 3]"},
    {"broadcast_to", [](const Output& x) { return broadcast_to(filled(x, {1}), {0}); }, "f32[0]"},
    {"cast", [](const Output& x) { return cast(x, DType::i64); }, "i64[0, 3]"},
    {"ceil", [](const Output& x) { return ceil(x); }, "f32[0, 3]"},
    {"check_finite",
     [](const Output& x) {
       return check_finite({x, doubles(x, {0})});
     },
     "f32[0]"},
    {"cholesky", [](const Output& x) { return cholesky(gram(x)); }, "f32[0, 0]"},
    {"cholesky",
     [](const Output& x) {
       return cholesky(reshape(x, {3, 0, 0}));
     },
     "f32[3, 0, 0]"},
    {"concat",
     [](const Output& x) {
       return concat({x, filled(x, {0, 2})}, 1);
     },
     "f32[0, 5]"},
    {"concat",
     [](const Output& x) {
       return concat({x, filled(x, {1, 3})}, 0);
     },
     "f32[1, 3] [[2. 2. 2.]]"},
    {"constant", [](const Output& x) { return constant(x.graph(), Tensor()); }, "f32[0]"},
    {"conv",
     [](const Output& x) {
       return conv(reshape(x, {0, 4, 4, 2}), filled(x, {3, 3, 2, 5}));
     },
     "f32[0, 2, 2, 5]"},
    {"conv",
     [](const Output& x) {
       return conv(reshape(x, {1, 2, 0}), filled(x, {1, 0, 1}));
     },
     "f32[1, 2, 1] [[[0.]\n  [0.]]]"},
    {"conv",
     [](const Output& x) {
       return conv(reshape(x, {1, 0, 1}), filled(x, {2, 1, 1}), {.padding = {{1, 2}}});
     },
     "f32[1, 2, 1] [[[0.]\n  [0.]]]"},
    {"conv_filter_gradient",
     [](const Output& x) {
       return conv_filter_gradient(reshape(x, {0, 4, 1}), filled(x, {0, 3, 1}),
                                   filled(x, {2, 1, 1}));
     },
     "f32[2, 1, 1] [[[0.]]\n\n [[0.]]]"},
    {"conv_transpose",
     [](const Output& x) {
       return conv_transpose(reshape(x, {0, 2, 2, 5}), filled(x, {3, 3, 2, 5}));
     },
     "f32[0, 4, 4, 2]"},
    {"conv_transpose",
     [](const Output& x) {
       return conv_transpose(reshape(x, {1, 1, 0}), filled(x, {2, 1, 0}));
     },
     "f32[1, 2, 1] [[[0.]\n  [0.]]]"},
    {"cos", [](const Output& x) { return cos(x); }, "f32[0, 3]"},
    {"cosh", [](const Output& x) { return cosh(x); }, "f32[0, 3]"},
    {"cumsum", [](const Output& x) { return cumsum(x, 0); }, "f32[0, 3]"},
    {"det", [](const Output& x) { return det(gram(x)); }, "f32[] 1.0"},
    {"det",
     [](const Output& x) {
       return det(reshape(x, {0, 3, 3}));
     },
     "f32[0]"},
    {"diag", [](const Output& x) { return diag(x); }, "f32[0, 3, 3]"},
    {"diag_like", [](const Output& x) { return diag_like(filled(x, {0}), x); }, "f32[0, 3]"},
    {"diag_part", [](const Output& x) { return diag_part(x); }, "f32[0]"},
    {"div", [](const Output& x) { return x / 0; }, "f32[0, 3]"},
    {"div", [](const Output& x) { return integers(x, {0}) / 0; }, "i32[0]"},
    {"eigh", [](const Output& x) { return eigh(gram(x)).values; }, "f32[0]"},
    {"eigh",
     [](const Output& x) {
       return eigh(reshape(x, {0, 2, 2})).vectors;
     },
     "f32[0, 2, 2]"},
    {"equal", [](const Output& x) { return equal(x, filled(x, {1})); }, "bool[0, 3]"},
    {"erf", [](const Output& x) { return erf(x); }, "f32[0, 3]"},
    {"erfc", [](const Output& x) { return erfc(x); }, "f32[0, 3]"},
    {"exp", [](const Output& x) { return exp(x); }, "f32[0, 3]"},
    {"expand_dims", [](const Output& x) { return expand_dims(x, -1); }, "f32[0, 3, 1]"},
    {"expm1", [](const Output& x) { return expm1(x); }, "f32[0, 3]"},
    {"fill",
     [](const Output& x) {
       return filled(x, {0, huge});
     },
     "f32[0, 1099511627776]"},
    {"floor", [](const Output& x) { return floor(x); }, "f32[0, 3]"},
    {"floor_div", [](const Output& x) { return floor_div(integers(x, {0}), 0); }, "i32[0]"},
    {"floor_mod",
     [](const Output& x) {
       return floor_mod(x, filled(x, {2, 1, 1}));
     },
     "f32[2, 0, 3]"},
    {"gather", [](const Output& x) { return gather(x, integers(x, {0})); }, "f32[0, 3]"},
    {"gather", [](const Output& x) { return gather(x, integers(x, {5}), {.axis = 1}); },
     "f32[0, 5]"},
    {"gather_nd",
     [](const Output& x) {
       return gather_nd(x, integers(x, {0, 2}));
     },
     "f32[0]"},
    {"greater", [](const Output& x) { return greater(x, 1); }, "bool[0, 3]"},
    {"greater_equal", [](const Output& x) { return greater_equal(x, 1); }, "bool[0, 3]"},
    {"identity", [](const Output& x) { return identity(x); }, "f32[0, 3]"},
    {"initialize", [](const Output& x) { return variable(x); }, "f32[0, 3]"},
    {"inverse", [](const Output& x) { return inverse(gram(x)); }, "f32[0, 0]"},
    {"less", [](const Output& x) { return less(x, 1); }, "bool[0, 3]"},
    {"less_equal", [](const Output& x) { return less_equal(x, 1); }, "bool[0, 3]"},
    {"log", [](const Output& x) { return log(x); }, "f32[0, 3]"},
    {"log1p", [](const Output& x) { return log1p(x); }, "f32[0, 3]"},
    {"lstsq",
     [](const Output& x) {
       return lstsq(x, reshape(x, {0, 3}));
     },
     "f32[3, 3] [[0. 0. 0.]\n [0. 0. 0.]\n [0. 0. 0.]]"},
    {"lstsq",
     [](const Output& x) {
       return lstsq(transpose(x), filled(x, {3, 2}));
     },
     "f32[0, 2]"},
    {"lstsq",
     [](const Output& x) {
       return lstsq(filled(x, {3, 3}), transpose(x));
     },
     "f32[3, 0]"},
    {"matmul",
     [](const Output& x) {
       return matmul(x, filled(x, {3, 5}));
     },
     "f32[0, 5]"},
    {"matmul", [](const Output& x) { return matmul(x, x, {.transpose_a = true}); },
     "f32[3, 3] [[0. 0. 0.]\n [0. 0. 0.]\n [0. 0. 0.]]"},
    {"matmul",
     [](const Output& x) {
       return matmul(doubles(x, {2, 0}), doubles(x, {0, 1}));
     },
     "f64[2, 1] [[0.]\n [0.]]"},
    {"matmul",
     [](const Output& x) {
       return matmul(integers(x, {1, 0}), integers(x, {0, 2}));
     },
     "i32[1, 2] [[0 0]]"},
    {"matmul",
     [](const Output& x) {
       return matmul(filled(x, {0, 2, 4}), filled(x, {4, 2}));
     },
     "f32[0, 2, 2]"},
    {"matrix_rank", [](const Output& x) { return matrix_rank(x); }, "i64[] 0"},
    {"matrix_rank",
     [](const Output& x) {
       return matrix_rank(reshape(x, {0, 2, 2}));
     },
     "i64[0]"},
    {"max_pool",
     [](const Output& x) {
       return pooled_maximum(reshape(x, {0, 4, 2}));
     },
     "f32[0, 3, 2]"},
    {"max_pool",
     [](const Output& x) {
       return pooled_maximum(reshape(x, {2, 4, 0}));
     },
     "f32[2, 3, 0]"},
    {"max_pool",
     [](const Output& x) {
       return max_pool(reshape(x, {1, 0, 1}), {.window = {2}, .padding = {{1, 1}}});
     },
     "f32[1, 1, 1] [[[-inf]]]"},
    {"max_pool_gather",
     [](const Output& x) {
       const Output empty = reshape(x, {0, 4, 2});
       const Output y = pooled_maximum(empty);
       const Output g = zeros_like(y);
       return gradients(reduce_sum(gradients({y}, {empty}, {.grad_ys = {g}}).at(0)), {g}).at(0) +
              reshape(x, {0, 3, 2});
     },
     "f32[0, 3, 2]"},
    {"max_pool_scatter",
     [](const Output& x) {
       const Output empty = reshape(x, {0, 4, 2});
       return gradients(reduce_sum(pooled_maximum(empty)), {empty}).at(0);
     },
     "f32[0, 4, 2]"},
    {"maximum", [](const Output& x) { return maximum(x, x); }, "f32[0, 3]"},
    {"minimum", [](const Output& x) { return minimum(x, 1); }, "f32[0, 3]"},
    {"moments", [](const Output& x) { return moments(x).variance; }, "f32[] nan"},
    {"moments", [](const Output& x) { return moments(x, {.axes = {0}}).mean; },
     "f32[3] [nan nan nan]"},
    {"moments", [](const Output& x) { return moments(x, {.axes = {1}}).variance; }, "f32[0]"},
    {"mul",
     [](const Output& x) {
       return x * filled(x, {1, 1});
     },
     "f32[0, 3]"},
    {"neg", [](const Output& x) { return -x; }, "f32[0, 3]"},
    {"no_op", [](const Output& x) { return group({x}); }, "f32[0]"},
    {"not_equal", [](const Output& x) { return not_equal(x, x); }, "bool[0, 3]"},
    {"one_hot", [](const Output& x) { return one_hot(integers(x, {0}), 4); }, "f32[0, 4]"},
    {"ones",
     [](const Output& x) {
       return ones(x.graph(), DType::i64, {3, 0});
     },
     "i64[3, 0]"},
    {"ones_like", [](const Output& x) { return ones_like(x); }, "f32[0, 3]"},
    {"pad",
     [](const Output& x) {
       return pad(x, {{1, 0}, {0, 1}});
     },
     "f32[1, 4] [[0. 0. 0. 0.]]"},
    {"pad",
     [](const Output& x) {
       return pad(x, {{0, 0}, {1, 1}}, {.mode = PadMode::reflect});
     },
     "f32[0, 5]"},
    {"pinv", [](const Output& x) { return pinv(x); }, "f32[3, 0]"},
    {"pinv", [](const Output& x) { return pinv(transpose(x)); }, "f32[0, 3]"},
    {"placeholder", [](const Output& x) { return x; }, "f32[0, 3]"},
    {"pow", [](const Output& x) { return pow(x, x); }, "f32[0, 3]"},
    {"pow", [](const Output& x) { return pow(integers(x, {0}), -1); }, "i32[0]"},
    {"qr", [](const Output& x) { return qr(x).r; }, "f32[0, 3]"},
    {"qr", [](const Output& x) { return qr(transpose(x)).q; }, "f32[3, 0]"},
    {"random_integers",
     [](const Output& x) { return random_integers(first_step(x), DType::i32, {0, 2}, 0, 5); },
     "i32[0, 2]"},
    {"random_normal", [](const Output& x) { return random_normal_like(first_step(x), x); },
     "f32[0, 3]"},
    {"random_order",
     [](const Output& x) { return random_order(first_step(x), cast(x, DType::i64), 0); },
     "i64[0, 3]"},
    {"random_truncated_normal",
     [](const Output& x) { return random_truncated_normal(first_step(x), DType::f32, {0}); },
     "f32[0]"},
    {"random_uniform", [](const Output& x) { return random_uniform_like(first_step(x), x); },
     "f32[0, 3]"},
    {"range", [](const Output& x) { return range(x.graph(), DType::i64, 3, 3); }, "i64[0]"},
    {"range_like", [](const Output& x) { return range_like(x, 0); }, "i64[0]"},
    {"reduce_max", [](const Output& x) { return reduce_max(x, {.axes = {1}}); }, "f32[0]"},
    {"reduce_mean", [](const Output& x) { return reduce_mean(x); }, "f32[] nan"},
    {"reduce_mean", [](const Output& x) { return reduce_mean(x, {.axes = {0}}); },
     "f32[3] [nan nan nan]"},
    {"reduce_mean", [](const Output& x) { return reduce_mean(x, {.axes = {1}}); }, "f32[0]"},
    {"reduce_min", [](const Output& x) { return reduce_min(x, {.axes = {1}}); }, "f32[0]"},
    {"reduce_sum", [](const Output& x) { return reduce_sum(x); }, "f32[] 0.0"},
    {"reduce_sum", [](const Output& x) { return reduce_sum(x, {.axes = {0}, .keep_dims = true}); },
     "f32[1, 3] [[0. 0. 0.]]"},
    {"reduce_sum", [](const Output& x) { return reduce_sum(integers(x, {0, 2}), {.axes = {0}}); },
     "i32[2] [0 0]"},
    {"reduce_sum", [](const Output& x) { return reduce_sum(filled(x, {huge, 0})); }, "f32[] 0.0"},
    {"reduce_sum", [](const Output& x) { return reduce_sum(filled(x, {huge, 0}), {.axes = {0}}); },
     "f32[0]"},
    {"reshape", [](const Output& x) { return reshape(x, {Shape::unknown, 4}); }, "f32[0, 4]"},
    {"reshape_like", [](const Output& x) { return reshape_like(x, filled(x, {5, 0})); },
     "f32[5, 0]"},
    {"roll", [](const Output& x) { return roll(x, 1, 0); }, "f32[0, 3]"},
    {"round", [](const Output& x) { return round(x); }, "f32[0, 3]"},
    {"rsqrt", [](const Output& x) { return rsqrt(x); }, "f32[0, 3]"},
    {"scatter_add",
     [](const Output& x) { return scatter_add(x, integers(x, {0}), filled(x, {0, 3})); },
     "f32[0, 3]"},
    {"scatter_add",
     [](const Output& x) { return scatter_add(filled(x, {2, 3}), integers(x, {0}), x); },
     "f32[2, 3] [[2. 2. 2.]\n [2. 2. 2.]]"},
    {"scatter_nd_add",
     [](const Output& x) { return scatter_nd_add(filled(x, {3}), integers(x, {0, 3, 1}), x); },
     "f32[3] [2. 2. 2.]"},
    {"shape", [](const Output& x) { return shape(x); }, "i64[2] [0 3]"},
    {"sigmoid", [](const Output& x) { return sigmoid(x); }, "f32[0, 3]"},
    {"sign", [](const Output& x) { return sign(x); }, "f32[0, 3]"},
    {"sin", [](const Output& x) { return sin(x); }, "f32[0, 3]"},
    {"sinh", [](const Output& x) { return sinh(x); }, "f32[0, 3]"},
    {"size", [](const Output& x) { return size(x); }, "i64[] 0"},
    {"slice", [](const Output& x) { return slice(x, {{0, 2}, {.step = -2}}); }, "f32[0, 2]"},
    {"slogdet", [](const Output& x) { return slogdet(gram(x)).log_abs_det; }, "f32[] 0.0"},
    {"slogdet", [](const Output& x) { return slogdet(gram(x)).sign; }, "f32[] 1.0"},
    {"softplus", [](const Output& x) { return softplus(x); }, "f32[0, 3]"},
    {"solve", [](const Output& x) { return solve(gram(x), x); }, "f32[0, 3]"},
    {"solve", [](const Output& x) { return solve(filled(x, {1, 1}), reshape(x, {1, 0})); },
     "f32[1, 0]"},
    {"split", [](const Output& x) { return split(x, 3)[2]; }, "f32[0, 3]"},
    {"split", [](const Output& x) { return split(x, {0, 3}, 1)[1]; }, "f32[0, 3]"},
    {"split_like", [](const Output& x) { return split_like(x, {x, x}, 0)[1]; }, "f32[0, 3]"},
    {"sqrt", [](const Output& x) { return sqrt(x); }, "f32[0, 3]"},
    {"square", [](const Output& x) { return square(x); }, "f32[0, 3]"},
    {"squeeze", [](const Output& x) { return squeeze(reshape(x, {1, 0, 1})); }, "f32[0]"},
    {"stop_gradient", [](const Output& x) { return stop_gradient(x); }, "f32[0, 3]"},
    {"sub", [](const Output& x) { return 1 - x; }, "f32[0, 3]"},
    {"sum_like", [](const Output& x) { return sum_like(x, filled(x, {3})); }, "f32[3] [0. 0. 0.]"},
    {"sum_like", [](const Output& x) { return sum_like(filled(x, {4, 0, 3}), x); }, "f32[0, 3]"},
    {"svd", [](const Output& x) { return svd(x).s; }, "f32[0]"},
    {"svd", [](const Output& x) { return svd(x).v; }, "f32[3, 0]"},
    {"svd", [](const Output& x) { return svd(reshape(x, {0, 2, 3})).u; }, "f32[0, 2, 2]"},
    {"take_along_axis", [](const Output& x) { return take_along_axis(x, integers(x, {0, 5}), 1); },
     "f32[0, 5]"},
    {"tan", [](const Output& x) { return tan(x); }, "f32[0, 3]"},
    {"tanh", [](const Output& x) { return tanh(x); }, "f32[0, 3]"},
    {"tile", [](const Output& x) { return tile(x, {2, 2}); }, "f32[0, 6]"},
    {"top_k", [](const Output& x) { return top_k(x, 2).values; }, "f32[0, 2]"},
    {"transpose", [](const Output& x) { return transpose(x); }, "f32[3, 0]"},
    {"triangular_solve", [](const Output& x) { return triangular_solve(gram(x), x); }, "f32[0, 3]"},
    {"triangular_solve",
     [](const Output& x) { return triangular_solve(filled(x, {1, 1}), reshape(x, {0, 1, 2})); },
     "f32[0, 1, 2]"},
    {"tril", [](const Output& x) { return tril(x); }, "f32[0, 3]"},
    {"triu", [](const Output& x) { return triu(x); }, "f32[0, 3]"},
    {"trunc", [](const Output& x) { return trunc(integers(x, {0})); }, "i32[0]"},
    {"trunc_mod", [](const Output& x) { return trunc_mod(x, 0); }, "f32[0, 3]"},
    {"unslice", [](const Output& x) { return unslice(x, filled(x, {1, 3}), {{0, 0}}); },
     "f32[1, 3] [[0. 0. 0.]]"},
    {"variable", [](const Output& x) { return variable(x) + x; }, "f32[0, 3]"},
    {"where", [](const Output& x) { return where(greater(x, 0), x, filled(x, {3})); }, "f32[0, 3]"},
    {"zeros", [](const Output& x) { return zeros(x.graph(), DType::boolean, {0}); }, "bool[0]"},
    {"zeros_like", [](const Output& x) { return zeros_like(x); }, "f32[0, 3]"},
};

std::string described(const Tensor& tensor) {
  const std::string spec = to_string(tensor.spec());
  return tensor.num_elements() == 0 ? spec : spec + " " + tensor.to_string();
}

TEST_CASE("every operation takes tensors without elements") {
  for (const EmptyRow& row : rows) {
    INFO(std::string(row.op), " -> ", std::string(row.result));
    const Graph graph;
    const Output x = zeros(graph, DType::f32, {0, 3});
    const Output y = row.make(x);
    Session session(graph);
    session.run(global_variables_initializer(graph));
    CHECK(described(session.run(y)) == row.result);
  }
}

TEST_CASE("gradients pass through tensors without elements") {
  for (const EmptyRow& row : rows) {
    INFO(std::string(row.op), " -> ", std::string(row.result));
    const Graph graph;
    const Output x = zeros(graph, DType::f32, {0, 3});
    const Output y = row.make(x);
    if (y.node().op->gradient == nullptr || y.node().outputs.empty() || y.dtype() != DType::f32)
      continue;
    const Output grad = gradients(reduce_sum(y), {x}).at(0);
    Session session(graph);
    session.run(global_variables_initializer(graph));
    CHECK(described(session.run(grad)) == "f32[0, 3]");
  }
}

TEST_CASE("every built-in operation has a row") {
  for (const OpDef* op : builtin_ops()) {
    INFO(std::string(op->name));
    CHECK(std::any_of(std::begin(rows), std::end(rows),
                      [&](const EmptyRow& row) { return row.op == op->name; }));
  }
}

TEST_CASE("nothing has no extreme") {
  const Graph graph;
  const Output x = zeros(graph, DType::f32, {0, 3});
  const int line = __LINE__ + 1;
  const auto error = caught<GraphError>([&] { reduce_min(x, {.axes = {0}, .name = "least"}); });
  CHECK(error.code() == ErrorCode::shape_mismatch);
  CHECK(error.info().node == "least");
  CHECK(error.info().where.line == line);
  CHECK(error.info().message == "dimension 0 of [0, 3] is 0, and nothing has no extreme");
}

/// f32[0] -> f32[0]: notes whether a pointer is null.
bool null_seen = false;
constexpr OpDef looks{
    .name = "looks",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel =
        [](const KernelContext&) {
          return make_kernel([](const KernelArgs& args) {
            null_seen = null_seen || args.inputs[0] == nullptr || args.outputs[0] == nullptr;
          });
        },
};

TEST_CASE("a kernel gets the address of an empty tensor, also of one that is fetched or fed") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {0});
  const Output w = variable(graph, Tensor(), {.name = "w"});
  const Output c = constant(graph, Tensor());
  Session session(graph, {.threads = 1});
  session.run(global_variables_initializer(graph));
  null_seen = false;
  for (const Output& from : {x, w, c})
    session.run(add_node(looks, {from}, {}, {}), {{x, Tensor()}});
  session.run(assign(w, add_node(looks, {w}, {}, {})));
  CHECK_FALSE(null_seen);
}

}  // namespace
}  // namespace deft
