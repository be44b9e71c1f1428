// Graphs that are written for one pass each have the same bytes with all passes and with none.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/plans/optimized.hpp"
#include "support/samples.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

/// Variables for the hand-written graphs: [n], [n, 5], what broadcasts to them, and matrices.
struct Values {
  Values(DType dtype, std::int64_t n, bool special) {
    const auto make = [&](const Shape& shape) {
      variables.push_back(variable(
          graph, data(dtype, shape, static_cast<std::uint32_t>(variables.size()), special)));
      return variables.back();
    };
    x = make({n});
    y = make({n});
    z = make({n});
    m = make({n, 5});
    k = make({n, 5});
    row = make({5});
    column = make({n, 1});
    s = make({});
    square_matrix = make({5, 5});
  }

  Graph graph;
  std::vector<Output> variables;
  Output x, y, z;
  Output m, k;
  Output row, column, s;
  Output square_matrix;
};

struct Program {
  const char* name;
  std::vector<Output> (*write)(const Values& v);
  bool integer = true;  // has kernels for integers, which do not fail
};

const Program programs[] = {
    {"constants",
     [](const Values& v) -> std::vector<Output> {
       const Output two = 1 + ones_like(v.x);
       const Output row = cast(constant(v.graph, sample<double>({5}, 3)), v.x.dtype());
       return {
           v.x * two,       two * two + two,       v.m + (row * row - 1),        v.s * (two + 3),
           reduce_sum(two), two * zeros_like(v.x), where(less(two, 3), v.x, two)};
     }},
    {"constants that are one number",
     [](const Values& v) -> std::vector<Output> {
       const Output half = fill(v.graph, v.m.dtype(), v.m.shape(), 3) - 1;
       return {v.m * half,
               half * v.row,
               half * v.column,
               v.row * v.column * half,
               maximum(half, v.s),
               -half,
               broadcast_to(v.s * 2, v.m.shape()) + v.m};
     }},
    {"duplicates",
     [](const Values& v) -> std::vector<Output> {
       const Output a = v.x * v.y;
       const Output b = v.x * v.y;
       return {a + b, a - b, reduce_sum(a) * reduce_sum(b), where(less(a, b), a, b + 1),
               square(v.x - 2) + square(v.x - 2)};
     }},
    {"identities",
     [](const Values& v) -> std::vector<Output> {
       return {v.x * 1,           1 * v.x,
               v.x - 0,           v.x + 0,
               0 + v.x,           v.x + -0.0,
               0 - v.x,           -(-v.x),
               v.x * 0,           v.x - v.x,
               -(-(-v.x)),        identity(v.x) + 1,
               v.s * 1 + v.x,     v.m * 1 + v.row * 1 - 0,
               maximum(v.x, v.x), -(v.x - v.y)};
     }},
    {"quotients",
     [](const Values& v) -> std::vector<Output> {
       return {v.x / 1,         v.x / 1 / v.y,  1 / v.x,     0 / v.x, v.x / v.x,      v.x / -1,
               (v.x / v.s) / 1, v.m / v.column, v.row / v.m, v.x / 3, v.x / v.y / v.z};
     },
     false},
    {"comparisons",
     [](const Values& v) -> std::vector<Output> {
       return {equal(v.x, v.y),
               not_equal(v.x, v.s),
               less_equal(v.x, 0),
               greater(v.y, v.x),
               where(less(v.x, v.y), v.x, -v.y),
               where(equal(v.x, v.x), v.x, v.z),
               where(greater_equal(v.x, v.s), v.y, 7),
               where(not_equal(v.x, 0), where(less(v.z, v.x), v.s, v.x), v.y),
               maximum(v.x, v.y) - minimum(v.y, v.x),
               where(less(v.m, v.row), v.column, v.m)};
     }},
    {"casts",
     [](const Values& v) -> std::vector<Output> {
       return {cast(v.x, v.x.dtype()) * 3, cast(less(v.x, v.y), v.x.dtype()) * v.x,
               cast(cast(v.x, DType::f64) * 2, DType::f32) + 1, cast(v.x, DType::boolean)};
     }},
    {"functions",
     [](const Values& v) -> std::vector<Output> {
       return {exp(v.x) * v.y + log(abs(v.z)),
               tanh(v.x * v.y - v.s),
               rsqrt(square(v.x) + 1),
               sqrt(abs(v.x)) * sign(v.y),
               pow(v.x, 2) + pow(v.y, 3),
               pow(abs(v.x) + 1, v.y),
               exp(v.m - v.row) / (1 + exp(v.m - v.row)),
               tanh(tanh(tanh(v.x)))};
     },
     false},
    {"a long chain",
     [](const Values& v) -> std::vector<Output> {
       Output x = v.x;
       std::vector<Output> all;
       for (int i = 0; i < 300; ++i) all.push_back(x = i % 3 == 0 ? v.y - x : x * v.z + v.s);
       return {x, all[299 / 2], add_n(all), reduce_sum(x)};
     }},
    {"reductions",
     [](const Values& v) -> std::vector<Output> {
       const Output a = v.x * v.y + v.s;
       const Output b = v.m * v.column - v.row;
       return {reduce_sum(a),
               reduce_max(a),
               reduce_min(-a),
               a - reduce_max(a),
               reduce_sum(b),
               reduce_max(b),
               reduce_sum(b, {.axes = {0}}),
               reduce_sum(b, {.axes = {1}}),
               reduce_sum(square(a - reduce_sum(a, {.keep_dims = true}))),
               reduce_min(v.x + v.y)};
     }},
    {"means",
     [](const Values& v) -> std::vector<Output> {
       const Output a = v.x * v.y + v.s;
       const Output b = tanh(v.m) * v.column;
       return {reduce_mean(a),
               reduce_mean(square(a - reduce_mean(a))),
               reduce_mean(b),
               reduce_mean(b, {.axes = {0}}),
               reduce_mean(b, {.axes = {1}, .keep_dims = true}) * b,
               a / reduce_sum(exp(a - reduce_max(a)))};
     },
     false},
    {"broadcasts",
     [](const Values& v) -> std::vector<Output> {
       return {v.m + v.row,
               v.column + v.m,
               v.m * v.column + v.row,
               v.row - v.column,
               (v.row - v.s) * v.m,
               v.s + v.s * v.m - v.s,
               v.row * v.row + v.m,
               square(v.m - v.row) * v.column,
               v.m + reshape(v.row, {1, 5}),
               v.column * v.column};
     }},
    {"shapes",
     [](const Values& v) -> std::vector<Output> {
       const Output t = transpose(v.m);
       return {transpose(transpose(v.m)) + 1, transpose(t * 2) + v.m,
               reshape(v.m * 2, {-1}) - 1,    reshape(reshape(t + 1, {-1}), v.m.shape()) * v.m,
               transpose(t + v.y) - v.column, expand_dims(v.x * 2, 1) * v.m,
               squeeze(v.column + 1) * v.x};
     }},
    {"products",
     [](const Values& v) -> std::vector<Output> {
       const Output w = v.square_matrix;
       const Output t = transpose(v.m);
       return {matmul(v.m, transpose(w)),
               matmul(t, v.k),
               matmul(transpose(t), w) + v.row,
               matmul(t, transpose(t)),
               matmul(transpose(v.m), v.column),
               matmul(transpose(t), transpose(w), {.transpose_b = true}),
               matmul(v.m * v.k + v.row, w) * v.column,
               matmul(v.m, v.k * 2, {.transpose_a = true}),
               matmul(t, matmul(v.m, w) - v.k),
               matmul(v.m, reshape(v.row, {5, 1})) - v.column,
               matmul(matmul(v.m, w) + 1, w)};
     }},
    {"two layers",
     [](const Values& v) -> std::vector<Output> {
       const Output w = v.square_matrix;
       const Output hidden = tanh(matmul(v.m, w) + v.row);
       const Output error = matmul(hidden, reshape(v.row, {5, 1})) + v.s - v.column;
       const Output loss = reduce_mean(square(error));
       std::vector<Output> all = gradients(loss, {w, v.row, v.s, v.m});
       all.insert(all.end(), {loss, hidden, error});
       return all;
     },
     false},
};

/// In a step every variable becomes the first value of its kind that no other has taken.
Output write_some(const Values& v, std::vector<Output> values) {
  std::vector<Output> writes;
  for (const Output& x : v.variables) {
    const auto found = std::ranges::find_if(values, [&](const Output& value) {
      return value.dtype() == x.dtype() && value.shape() == x.shape();
    });
    if (found == values.end()) continue;
    writes.push_back(assign(x, *found));
    values.erase(found);
  }
  return group(writes);
}

void check_program(const Program& program, DType dtype, std::int64_t n, bool special) {
  INFO(std::string(program.name));
  CAPTURE(std::string(to_string(dtype)));
  CAPTURE(n);
  CAPTURE(special);
  const Values v(dtype, n, special);
  OptimizedCase c{v.graph, {}, {}, program.write(v)};
  c.step = write_some(v, c.fetches);
  c.start = {global_variables_initializer(v.graph)};
  check_all_choices(c);
}

TEST_CASE("hand-written graphs") {
  // Around a vector, and around a block of a group.
  std::vector<std::int64_t> sizes{1, 2, 15, 16, 17, 1000, 1023, 1024, 1025, 5000};
  if (sanitized) sizes = {1, 17, 1025, 5000};
  for (const Program& program : programs)
    for (const std::int64_t n : sizes) {
      for (const DType dtype : {DType::f32, DType::f64})
        for (const bool special : {false, true}) check_program(program, dtype, n, special);
      if (program.integer) check_program(program, DType::i32, n, false);
    }
}

}  // namespace
}  // namespace deft
