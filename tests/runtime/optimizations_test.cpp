// SessionOptions::optimizations: each alone and all together give the bytes that none gives.

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/random_graph.hpp"
#include "support/same_results.hpp"
#include "support/samples.hpp"
#include "support/sanitizers.hpp"
#include "support/training_models.hpp"

namespace deft {
namespace {

struct Choice {
  const char* name;
  Optimizations enabled;
};

/// `generate_code` is about what `fuse` has made.
constexpr Choice choices[] = {
    {"simplify", {true, false, false, false, false}},
    {"fold_constants", {false, true, false, false, false}},
    {"merge_duplicates", {false, false, true, false, false}},
    {"fuse", {false, false, false, true, false}},
    {"fuse, generate_code", {false, false, false, true, true}},
    {"all but generate_code", {true, true, true, true, false}},
    {"all", {}},
};

/// A graph, and what to fetch of it.
struct Case {
  Graph graph;
  std::vector<Output> start;  // to be run one after the other
  Output step;
  std::vector<Output> fetches;
};

/// Every fetch by itself, so that a plan need not keep others; all at once; and these after steps,
/// which are one run and several.
std::vector<Tensor> values_of(const Case& c, const SessionOptions& options) {
  Session session(c.graph, options);
  for (const Output& each : c.start) session.run(each);
  std::vector<Tensor> values;
  const auto fetch_all = [&] {
    for (const Tensor& value : session.run(c.fetches)) values.push_back(with_one_nan(value));
  };
  for (const Output& fetch : c.fetches) values.push_back(with_one_nan(session.run(fetch)));
  fetch_all();
  session.run(c.step);
  fetch_all();
  session.run(c.step, {.steps = 3});
  fetch_all();
  return values;
}

void check_same(const Case& c, const std::vector<Tensor>& found,
                const std::vector<Tensor>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (bitwise_equal(found[i], expected[i])) continue;
    const Node& node = c.fetches[i % c.fetches.size()].node();
    const std::string what = std::string(node.op->name) + " '" + node.name() + "' of line " +
                             std::to_string(node.where.line) + ", round " +
                             std::to_string(i / c.fetches.size()) + ": " +
                             first_difference(found[i], expected[i]);
    FAIL_CHECK(what);
  }
}

void check_all_choices(const Case& c) {
  const std::vector<Tensor> expected =
      values_of(c, {.threads = 1, .optimizations = Optimizations::none()});
  std::vector<SessionOptions> schedules{{.threads = 2, .chaos_seed = 1}};
  if (!sanitized) schedules.insert(schedules.end(), {{.threads = 1}, {.threads = 2}});
  for (const Choice& choice : choices)
    for (const SessionOptions& schedule : schedules) {
      INFO(std::string(choice.name));
      CAPTURE(schedule.threads);
      CAPTURE(schedule.chaos_seed.has_value());
      SessionOptions options = schedule;
      options.optimizations = choice.enabled;
      check_same(c, values_of(c, options), expected);
    }
}

/// Values as `sample` gives them; among those of a floating dtype NaN, infinities, zeros of both
/// signs and the extremes, if `special`.
template <class T>
Tensor data(const Shape& shape, std::uint32_t seed, bool special) {
  Tensor tensor = sample<T>(shape, seed);
  if constexpr (std::is_floating_point_v<T>) {
    const std::vector<T> values = special_values<T>();
    const std::span<T> elements = tensor.template mutable_data<T>();
    for (std::size_t i = seed % 3; special && i < elements.size(); i += 3)
      elements[i] = values[(i / 3 + seed) % values.size()];
  }
  return tensor;
}

Tensor data(DType dtype, const Shape& shape, std::uint32_t seed, bool special) {
  switch (dtype) {
    case DType::f32:
      return data<float>(shape, seed, special);
    case DType::f64:
      return data<double>(shape, seed, special);
    case DType::i64:
      return data<std::int64_t>(shape, seed, special);
    default:
      return data<std::int32_t>(shape, seed, special);
  }
}

/// A graph whose variables begin as they do, or with special values; every `stride`-th node is
/// fetched, but for writes: those of the step and the initializers are in no order.
Case case_of(const TrainingModel& model, bool special, NodeId stride) {
  Case c{model.graph, {model.initialize}, model.step, {}};
  const auto nodes = static_cast<NodeId>(model.graph.num_nodes());
  for (NodeId id = 0; id < nodes; id += stride) {
    const Node& node = model.graph.node(id);
    if (node.outputs.empty() || node.op->effect == Effect::writes_variable) continue;
    c.fetches.push_back(model.graph.output({id, 0}));
  }
  std::uint32_t seed = 0;
  for (const Output& x : model.variables) {
    const Tensor start = data(x.dtype(), x.shape(), ++seed, true);
    if (special) c.start.push_back(assign(x, constant(model.graph, start)));
  }
  return c;
}

void check_model(const TrainingModel& model, NodeId stride = 1) {
  for (const bool special : {false, true}) {
    CAPTURE(special);
    check_all_choices(case_of(model, special, stride));
  }
}

TEST_CASE("random graphs") {
  const std::vector<Shape> shapes = {{2, 3, 5}, {1, 1, 127}, {7, 30, 1}, {1, 520, 16}, {15, 7, 17}};
  constexpr std::uint32_t graphs = sanitized ? 5 : 30;
  for (std::uint32_t seed = 1; seed <= graphs; ++seed) {
    CAPTURE(seed);
    const RandomGraph random(seed, shapes[seed % shapes.size()], 8 + static_cast<int>(seed % 20));
    check_model(random.model(), 7);
  }
}

TEST_CASE("regressions") {
  for (const DType dtype : {DType::f32, DType::f64})
    for (const std::int64_t rows : {1, 2, 15, 16, 17, 1000, 1023, 1024, 1025, 5000})
      for (const std::int64_t coefficients : {1, 2, 16, 17}) {
        CAPTURE(std::string(to_string(dtype)));
        CAPTURE(rows);
        CAPTURE(coefficients);
        check_model(regression_model(dtype, rows, coefficients));
      }
}

TEST_CASE("cross-validations") {
  check_model(cross_validation_model(3, 4, 200, 8), 3);
  check_model(cross_validation_model(2, 2, 1025, 3), 3);
}

/// Products of operands that are transposed, or not, by an operation or by a flag: they are cut
/// and added differently by size, and must not be by who transposes.
template <class T>
void check_products(std::int64_t m, std::int64_t n, std::int64_t k) {
  CAPTURE(m);
  CAPTURE(n);
  CAPTURE(k);
  const Graph graph;
  const Output a = variable(graph, sample<T>({m, k}, 3));
  const Output b = variable(graph, sample<T>({k, n}, 6));
  const Output ta = variable(graph, sample<T>({k, m}, 3));
  const Output tb = variable(graph, sample<T>({n, k}, 6));
  Case c{graph,
         {global_variables_initializer(graph)},
         assign_add(a, a),
         {matmul(transpose(ta), b), matmul(a, transpose(tb)), matmul(transpose(ta), transpose(tb)),
          matmul(transpose(a), b, {.transpose_a = true}),
          matmul(a, transpose(b), {.transpose_b = true})}};
  check_all_choices(c);
}

/// Vectors that are multiplied as one matrix, of another kernel than each by itself would have.
TEST_CASE("products of transposes by many vectors") {
  for (const std::int64_t k : {2, 17, 300}) {
    CAPTURE(k);
    const Graph graph;
    const Output a = variable(graph, sample<float>({2, 64, 1, k}, 3));
    const Output columns = variable(graph, sample<float>({2, 64, k, 1}, 6));
    const Output b = variable(graph, sample<float>({k, 1025}, 9));
    const MatmulOptions flag{.transpose_b = true};
    const Output swapped = transpose(columns, {0, 1, 3, 2});
    check_all_choices({graph,
                       {global_variables_initializer(graph)},
                       assign_add(a, a),
                       {matmul(a, transpose(b), flag), matmul(swapped, b)}});
  }
}

/// Matrices that are multiplied as one, unless they are stored transposed: the length of a block of
/// terms depends on how many rows that one has.
TEST_CASE_TEMPLATE("products of transposes by one column", T, float, double) {
  for (const std::int64_t k : {17, 1025, 5000}) {
    CAPTURE(k);
    const Graph graph;
    const Output a = variable(graph, sample<T>({2, k, 256}, 3));
    const Output b = variable(graph, sample<T>({k, 1}, 6));
    check_all_choices({graph,
                       {global_variables_initializer(graph)},
                       assign_add(a, a),
                       {matmul(transpose(a, {0, 2, 1}), b)}});
  }
}

TEST_CASE("products of transposes") {
  for (const std::int64_t m : {1, 3, 5, 40, 100})
    for (const std::int64_t n : {1, 2, 5, 17, 64})
      for (const std::int64_t k : {1, 4, 16, 17, 128, 256, 300, 1025, 5000}) {
        if (sanitized && k != 17 && k != 1025) continue;
        check_products<float>(m, n, k);
        check_products<double>(m, n, k);
      }
}

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
  Case c{v.graph, {}, {}, program.write(v)};
  c.step = write_some(v, c.fetches);
  c.start = {global_variables_initializer(v.graph)};
  check_all_choices(c);
}

TEST_CASE("hand-written graphs") {
  for (const Program& program : programs)
    for (const std::int64_t n : {1, 2, 15, 16, 17, 1000, 1023, 1024, 1025, 5000}) {
      for (const DType dtype : {DType::f32, DType::f64})
        for (const bool special : {false, true}) check_program(program, dtype, n, special);
      if (program.integer) check_program(program, DType::i32, n, false);
    }
}

/// f32[] -> f32[]: a user's op with little to do, so that it may be folded.
constexpr OpDef faulty(OpDef::Prepare kernel) {
  return {.name = "faulty",
          .arity = {1, 1},
          .infer =
              [](const InferContext&) {
                return std::vector<TensorSpec>{{DType::f32, {}}};
              },
          .kernel = kernel};
}

constexpr OpDef throws_number = faulty(
    [](const KernelContext&) { return make_kernel([](const KernelArgs&) { throw 42; }, 1); });
constexpr OpDef unprepared = faulty([](const KernelContext&) -> Kernel { throw 42; });
constexpr OpDef no_blocks = faulty([](const KernelContext&) {
  const auto body = [](const KernelArgs&, std::int64_t, std::int64_t) {};
  return make_blocked_kernel(body, 0, 0, 1);
});
constexpr OpDef renames_other_dtype =
    faulty([](const KernelContext&) { return Kernel::forward(); });
constexpr OpDef copies_other = faulty([](const KernelContext&) {
  Kernel kernel = make_kernel([](const KernelArgs&) {}, 1);
  kernel.copies = 7;
  return kernel;
});

/// The error that a run of `fetch` gives.
std::string error_of(const Output& fetch, const Optimizations& optimizations) {
  Session session(fetch.graph(), {.threads = 1, .optimizations = optimizations});
  try {
    session.run(fetch);
    return "nothing was thrown";
  } catch (const RunError& error) {
    return error.what();
  } catch (...) {
    return "what was thrown is no RunError";
  }
}

TEST_CASE("a faulty kernel is refused alike, of constants too") {
  for (const OpDef* op :
       {&throws_number, &unprepared, &no_blocks, &renames_other_dtype, &copies_other}) {
    const Graph graph;
    const Output x = constant(graph, Tensor::scalar(1.0));
    const Output y = add_node(*op, {x}, {}, {.name = "y"});
    CHECK(error_of(y, {}) == error_of(y, Optimizations::none()));
  }
}

}  // namespace
}  // namespace deft
