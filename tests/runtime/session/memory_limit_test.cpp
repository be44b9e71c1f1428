// SessionOptions::memory_limit: a plan that needs more is refused before anything runs.

#include <cstddef>
#include <string>

#include "caught.hpp"
#include "support/misuse.hpp"

namespace deft {
namespace {

constexpr std::int64_t count = 1024;  // 4096 bytes of f32

/// Every operation makes a value of its own, which counts.
Session limited(const Graph& graph, std::size_t limit, int threads = 1) {
  return Session(
      graph, {.threads = threads, .memory_limit = limit, .optimizations = Optimizations::none()});
}

/// A result of as many elements as are fed, and a variable of `count`.
struct Model {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {Shape::unknown}, {.name = "x"});
  Output bend = exp(x, {.name = "bend"});
  Output w = variable(zeros(graph, DType::f32, {count}), {.name = "w"});
};

TEST_CASE("exactly as much memory as a run needs is enough") {
  for (const int threads : {1, 2}) {
    const Model m;
    const Tensor fed = ones_of({count});
    CHECK(limited(m.graph, 4096, threads).run(m.bend, {{m.x, fed}}).shape() == Shape{count});
    Session tight = limited(m.graph, 4095, threads);
    CHECK_THROWS_AS(tight.run(m.bend, {{m.x, fed}}), RunError);
    CHECK(tight.run(m.bend, {{m.x, ones_of({count - 1})}}).shape() == Shape{count - 1});
  }
}

TEST_CASE("0 is no limit") {
  const Model m;
  Session session = limited(m.graph, 0);
  CHECK(session.run(m.bend, {{m.x, ones_of({1 << 20})}}).shape() == Shape{1 << 20});
}

TEST_CASE("constants and feeds do not count") {
  const Graph graph;
  const Output a = constant(graph, Tensor::zeros(DType::f32, {1 << 20}));
  const Output x = placeholder(graph, DType::f32, {1 << 20});
  Session session = limited(graph, 1);
  CHECK(session.run({a, x}, {{x, ones_of({1 << 20})}})[1].data<float>()[7] == 1);
}

TEST_CASE("a run that is refused for its memory executes nothing and the session goes on") {
  const Model m;
  Session session = limited(m.graph, 3 * 4096 - 1);
  session.run(global_variables_initializer(m.graph));
  const Output step = assign_add(m.w, m.bend);
  const auto both = [&] { session.run({step, m.bend}, {{m.x, ones_of({count})}}); };
  CHECK(caught<RunError>(both).code() == ErrorCode::resource_exhausted);
  CHECK(session.eval(m.w) == Tensor::zeros(DType::f32, {count}));
}

constexpr Misuse over_the_limit[] = {
    {"a result", typeid(RunError), ErrorCode::resource_exhausted,
     "{0}: exp 'bend': the run needs 4096 bytes, of which this operation has most, 4096; the "
     "memory_limit of the session is 4095 (inputs: f32[1024]); use smaller tensors, or raise "
     "SessionOptions::memory_limit",
     [](Bench& t) {
       const Output x = constant(t.graph, ones_of({count}));
       const Output y = exp(t.here(x), {.name = "bend"});
       limited(t.graph, 4095).run(y);
     }},
    {"the largest of several values", typeid(RunError), ErrorCode::resource_exhausted,
     "{0}: broadcast_to 'wide': the run needs 16388 bytes, of which this operation has most, "
     "16384; the memory_limit of the session is 10000 (inputs: f32[1024]); use smaller tensors, or "
     "raise SessionOptions::memory_limit",
     [](Bench& t) {
       const Output x = constant(t.graph, Tensor::zeros(DType::f32, {count}));
       const Output wide = broadcast_to(t.here(x), {4, count}, {.name = "wide"});
       limited(t.graph, 10000).run(reduce_sum(wide));
     }},
    {"a variable, twice beside the session's own", typeid(RunError), ErrorCode::resource_exhausted,
     "{0}: variable 'large': the run needs 8192 bytes, of which this operation has most, 4096; the "
     "memory_limit of the session is 8191; use smaller tensors, or raise "
     "SessionOptions::memory_limit",
     [](Bench& t) {
       const Output start = constant(t.graph, ones_of({count}));
       const Output large = variable(t.here(start), {.name = "large"});
       const Output step = assign(large, start);
       limited(t.graph, 8192).run(step);
       limited(t.graph, 8191).run(step);
     }},
};

TEST_CASE("runs over the limit") { check_misuses(over_the_limit); }

TEST_CASE("what a decomposition allocates counts") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {2000, 50});
  const Output y = placeholder(graph, DType::f64, {2000, 1});
  const Feeds feeds{{x, Tensor::zeros(DType::f64, {2000, 50})},
                    {y, Tensor::zeros(DType::f64, {2000, 1})}};
  const std::size_t bytes = 2000 * 50 * 8;  // copies of x
  const std::pair<Output, std::size_t> cases[] = {{lstsq(x, y), 3}, {pinv(x), 4}};
  for (const auto& each : cases) {
    const Output& made = each.first;
    const std::size_t copies = each.second;
    Session session = limited(graph, copies * bytes);
    CHECK(caught<RunError>([&] { session.run(made, feeds); }).code() ==
          ErrorCode::resource_exhausted);
    CHECK_NOTHROW(limited(graph, (copies + 5) * bytes).run(made, feeds));
    const auto peak = [&](int threads) {
      return Session(graph, {.threads = threads}).explain(made, feeds).peak_bytes;
    };
    CHECK(peak(1) > copies * bytes);
    CHECK(peak(4) < (copies + 5) * bytes);
  }
}

TEST_CASE(
    "what is computed from constants beforehand counts, and only what remains of it is kept") {
  const Graph graph;
  const Output c = constant(graph, ones_of({1 << 18}));  // 1 MB
  Output y = c;
  for (int i = 0; i < 20; ++i) y = exp(-y);
  const Output x = placeholder(graph, DType::f32, {1 << 18});
  const Output sum = reduce_sum(y * x);
  const Feeds feeds{{x, ones_of({1 << 18})}};
  Session session(graph, {.threads = 1});
  const std::size_t peak = session.explain(sum, feeds).peak_bytes;
  CHECK(peak >= std::size_t{1} << 20);
  CHECK(peak < std::size_t{3} << 19);
  Session tight(graph, {.threads = 1, .memory_limit = 1 << 16});
  CHECK(tight.run(sum, feeds) == session.run(sum, feeds));  // in the run, as one fused group
  CHECK(tight.explain(sum, feeds).peak_bytes <= 1 << 16);
}

TEST_CASE("a constant that is only reshaped takes nothing") {
  const Graph graph;
  const Output c = constant(graph, ones_of({1 << 18}));
  Session tight(graph, {.threads = 1, .memory_limit = 1 << 16});
  CHECK(tight.run(reshape(c, {1 << 9, 1 << 9})).shape() == Shape{1 << 9, 1 << 9});
}

TEST_CASE("scratch is bounded by the threads, not by the operations") {
  const auto peak_of = [](int products, int threads) {
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, {70, 70});
    std::vector<Output> sums;
    for (int i = 0; i < products; ++i) sums.push_back(reduce_sum(matmul(x, x + double(i))));
    const Output sum = add_n(sums);
    Session session(graph, {.threads = threads, .optimizations = Optimizations::none()});
    return session.explain(sum, {{x, Tensor::zeros(DType::f64, {70, 70})}}).peak_bytes;
  };
  for (const int threads : {2, 3, 4, 8}) {
    const std::size_t values = 2 * 70 * 70 * 8 + 1000;  // at most, of each product
    const std::size_t few = peak_of(10, threads);
    CHECK(peak_of(110, threads) <= few + 100 * values);
  }
}

}  // namespace
}  // namespace deft
