// A session that is fed tensors of other shapes in every run, and of earlier ones again: each run
// gives the bytes of a session that has run nothing else and optimises nothing.

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/graphs/any_graph/draws.hpp"
#include "support/plans/plain_run.hpp"
#include "support/samples.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;
constexpr int runs = sanitized ? 25 : 100;

/// x [n, k], v [k, 1], t [n, 1] and a [n, 3] of any n and k; s [] and w [3, 1] are written.
struct Model {
  explicit Model(DType dtype_of_all) : dtype(dtype_of_all) {
    const Output scaled = tanh(x * 0.5 + s);
    const Output e = matmul(x, v) - t;
    const Output loss = reduce_mean(square(e));
    const std::vector<Output> slopes = gradients(loss, {v, x});
    const Output row = reduce_mean(scaled, {.axes = {0}, .keep_dims = true});
    const Output descent = gradients(reduce_mean(square(matmul(a, w) - t)), {w}).at(0);
    fetches = {scaled,
               reduce_sum(scaled),
               reduce_max(scaled - row, {.axes = {1}}),
               row,
               (x - row) / (1 + square(x - row)),
               loss,
               v - 0.1 * slopes[0],
               slopes[1],
               matmul(transpose(x), e),
               matmul(x, x, {.transpose_a = true}),
               matmul(scaled, v) * e,
               where(less(x, s), x * t, scaled),
               reshape(exp(-abs(x)), {-1}) * 2,
               transpose(transpose(x) * 2 + 1),
               assign(w, w - 0.001 * descent),
               assign(s, s * 0.5 + 0.25 * tanh(loss))};
  }

  DType dtype;
  Graph graph;
  Output x = placeholder(graph, dtype, {unknown, unknown});
  Output v = placeholder(graph, dtype, {unknown, 1});
  Output t = placeholder(graph, dtype, {unknown, 1});
  Output a = placeholder(graph, dtype, {unknown, 3});
  Output s = variable(fill(graph, dtype, {}, 0.25));
  Output w = variable(zeros(graph, dtype, {3, 1}));
  Output next_s = placeholder(graph, dtype, {});
  Output next_w = placeholder(graph, dtype, {3, 1});
  Output begin = group({assign(s, next_s), assign(w, next_w)});
  std::vector<Output> fetches;  // the last two write
};

Tensor numbers(DType dtype, const Shape& shape, std::uint32_t seed) {
  return dtype == DType::f32 ? sample<float>(shape, seed) : sample<double>(shape, seed);
}

/// Runs of any fetches, shapes and steps, in one session and each in a new one; shapes are few
/// enough to return.
void check(DType dtype, const SessionOptions& options, const SessionOptions& of_new,
           std::uint64_t seed) {
  Draws draws(seed);
  const Model model(dtype);
  Session session(model.graph, options);
  bool rewritten = false;
  bool spoilt = true;  // the variables are not initialized, or NaN: the mean of nothing
  for (int run = 0; run < runs; ++run) {
    const auto n = draws.of<std::int64_t>({0, 1, 2, 15, 16, 17, 100, 1024, 1025, 3000});
    const auto k = draws.of<std::int64_t>({1, 2, 2, 3, 5, 17});
    CAPTURE(run);
    CAPTURE(n);
    CAPTURE(k);
    const auto any = [&](const Shape& shape) { return numbers(dtype, shape, draws.seed()); };
    const Tensor x = any({n, k});
    const Tensor v = any({k, 1});
    const Tensor t = any({n, 1});
    const Tensor a = any({n, 3});
    const Feeds feeds{{model.x, x}, {model.v, v}, {model.t, t}, {model.a, a}};
    std::vector<Output> fetches = model.fetches;
    if (draws.one_in(4)) fetches.erase(fetches.begin(), fetches.end() - 2);
    if (draws.one_in(4)) fetches = {draws.of(model.fetches), model.fetches.back()};
    const RunOptions steps{.steps = draws.of<std::int64_t>({1, 1, 1, 3})};
    Session fresh(model.graph, of_new);
    if (spoilt || draws.one_in(3)) {
      const Feeds begin{{model.next_s, any({})}, {model.next_w, any({3, 1})}};
      session.run(model.begin, begin);
    }
    spoilt = n == 0;
    const Feeds state{{model.next_s, session.eval(model.s)}, {model.next_w, session.eval(model.w)}};
    fresh.run(model.begin, state);
    const std::vector<Tensor> expected = values_of(fresh, fetches, feeds, steps);
    check_same_bytes(fetches, values_of(session, fetches, feeds, steps), expected);
    const std::vector<Output> written{model.s, model.w};
    check_same_bytes(written, values_of(session, written), values_of(fresh, written));
    for (const Explanation::Rewrite& rewrite : session.explain(fetches, feeds).rewrites)
      rewritten = rewritten || rewrite.refused.empty();
  }
  CHECK(rewritten == (options.numerics != Numerics::exact));
}

TEST_CASE("a session that is fed other shapes in turn gives what a new plain one gives") {
  for (const DType dtype : {DType::f32, DType::f64})
    for (const int threads : {1, 2}) {
      CAPTURE(std::string(to_string(dtype)));
      CAPTURE(threads);
      check(dtype, {.threads = threads}, plainly(), static_cast<std::uint64_t>(threads));
      Optimizations portable;
      portable.generate_code = false;
      check(dtype, {.threads = threads, .optimizations = portable}, plainly(), 7);
    }
}

/// What it has multiplied out or computed once is of the shapes and values of one run.
TEST_CASE("a session that reassociates and is fed other shapes gives what a new one gives") {
  for (const DType dtype : {DType::f32, DType::f64}) {
    CAPTURE(std::string(to_string(dtype)));
    const SessionOptions alone{.threads = 1, .numerics = Numerics::reassociate_f64};
    SessionOptions two = alone;
    two.threads = 2;
    check(dtype, alone, alone, 3);
    check(dtype, two, alone, 4);
  }
}

/// More shapes than a session or a prepared call keeps plans for, one after the other, twice.
TEST_CASE("shapes whose plans have been forgotten are planned again") {
  constexpr std::int64_t shapes = sanitized ? 40 : 300;
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {unknown});
  const Output y = reduce_sum(exp(x * 0.5) - x);
  Session session(graph, {.threads = 1});
  const Callable call = session.prepare({y}, {x});
  Session plain(graph, plainly());
  for (int round = 0; round < 2; ++round)
    for (std::int64_t n = 1; n <= shapes; ++n) {
      CAPTURE(n);
      const Tensor value = sample<float>({n}, static_cast<std::uint32_t>(n + round));
      const std::vector<Tensor> expected = values_of(plain, {y}, {{x, value}});
      check_same_bytes({y}, values_of(session, {y}, {{x, value}}), expected);
      check_same_bytes({y}, call({value}), expected);
    }
}

}  // namespace
}  // namespace deft
