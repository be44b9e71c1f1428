// A session that is fed tensors of other shapes in every run, and of earlier ones again: each run
// gives the bytes of a session that has run nothing else and optimises nothing.

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/any_graph/draws.hpp"
#include "support/plain_run.hpp"
#include "support/samples.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;
constexpr int runs = sanitized ? 25 : 150;

/// x [n, k], v [k, 1], t [n, 1] of any n and k.
struct Model {
  explicit Model(DType dtype_of_all) : dtype(dtype_of_all) {
    const Output scaled = tanh(x * 0.5 + s);
    const Output e = matmul(x, v) - t;
    const Output loss = reduce_mean(square(e));
    const std::vector<Output> slopes = gradients(loss, {v, x});
    const Output row = reduce_mean(scaled, {.axes = {0}, .keep_dims = true});
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
               assign(s, s * 0.5 + 0.25 * tanh(loss))};
  }

  DType dtype;
  Graph graph;
  Output x = placeholder(graph, dtype, {unknown, unknown});
  Output v = placeholder(graph, dtype, {unknown, 1});
  Output t = placeholder(graph, dtype, {unknown, 1});
  Output s = variable(fill(graph, dtype, {}, 0.25));
  Output start = placeholder(graph, dtype, {});
  Output begin = assign(s, start);
  std::vector<Output> fetches;
};

Tensor numbers(DType dtype, const Shape& shape, std::uint32_t seed) {
  return dtype == DType::f32 ? sample<float>(shape, seed) : sample<double>(shape, seed);
}

/// Runs of any fetches, shapes and steps; shapes are few enough to return.
void check(DType dtype, const SessionOptions& options, std::uint64_t seed) {
  Draws draws(seed);
  const Model model(dtype);
  Session session(model.graph, options);
  Tensor state = numbers(dtype, {}, 1);
  session.run(model.begin, {{model.start, state}});
  for (int run = 0; run < runs; ++run) {
    const auto n = draws.of<std::int64_t>({1, 2, 15, 16, 17, 100, 1024, 1025, 3000});
    const auto k = draws.of<std::int64_t>({1, 2, 2, 3, 5, 17});
    CAPTURE(run);
    CAPTURE(n);
    CAPTURE(k);
    const std::uint32_t data = draws.seed();
    const Feeds feeds{{model.x, numbers(dtype, {n, k}, data)},
                      {model.v, numbers(dtype, {k, 1}, data + 1)},
                      {model.t, numbers(dtype, {n, 1}, data + 2)}};
    std::vector<Output> fetches = model.fetches;
    if (draws.one_in(4)) fetches = {draws.of(model.fetches), model.fetches.back()};
    const RunOptions steps{.steps = draws.of<std::int64_t>({1, 1, 1, 3})};
    Session fresh(model.graph, plainly());
    fresh.run(model.begin, {{model.start, state}});
    const std::vector<Tensor> expected = values_of(fresh, fetches, feeds, steps);
    check_same_bytes(fetches, values_of(session, fetches, feeds, steps), expected);
    state = session.eval(model.s);
    CHECK(bitwise_equal(state, fresh.eval(model.s)));
  }
}

TEST_CASE("a session that is fed other shapes in turn gives what a new one gives") {
  for (const DType dtype : {DType::f32, DType::f64})
    for (const int threads : {1, 2}) {
      CAPTURE(std::string(to_string(dtype)));
      CAPTURE(threads);
      check(dtype, {.threads = threads}, static_cast<std::uint64_t>(threads));
      Optimizations portable;
      portable.generate_code = false;
      check(dtype, {.threads = threads, .optimizations = portable}, 7);
    }
}

/// More shapes than a session keeps plans for, one after the other, twice.
TEST_CASE("shapes whose plans a session has forgotten are planned again") {
  constexpr std::int64_t shapes = sanitized ? 20 : 300;
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {unknown});
  const Output y = reduce_sum(exp(x * 0.5) - x);
  Session session(graph, {.threads = 1});
  Session plain(graph, plainly());
  for (int round = 0; round < 2; ++round)
    for (std::int64_t n = 1; n <= shapes; ++n) {
      CAPTURE(n);
      const Feeds feeds{{x, sample<float>({n}, static_cast<std::uint32_t>(n + round))}};
      check_same_bytes({y}, values_of(session, {y}, feeds), values_of(plain, {y}, feeds));
    }
}

}  // namespace
}  // namespace deft
