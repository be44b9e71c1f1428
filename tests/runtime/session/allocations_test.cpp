// The steps of a run after its first allocate nothing, on any thread.
//
// Part of a program of its own, which replaces operator new. What other libraries allocate counts
// too: so no product here is one that oneDNN computes (f32 of matrices), as its execution
// allocates.

#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/counted_new.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

/// What the counter was whenever the op `probe` was executed.
struct Seen {
  std::int64_t steps = 0;
  std::int64_t after_first = 0;
  std::int64_t after_last = 0;

  void note() {
    after_last = allocations;
    if (steps++ == 0) after_first = after_last;
  }
};
Seen seen_by_probe;

/// x -> f32[]: looks at the counter once x is there.
constexpr OpDef probe{
    .name = "probe",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer =
        [](const InferContext&) {
          return std::vector<TensorSpec>{{DType::f32, {}}};
        },
    .kernel =
        [](const KernelContext&) {
          return make_kernel(
              [](const KernelArgs& args) {
                seen_by_probe.note();
                *args.output<float>() = 0;
              },
              1);
        },
};

/// A graph, and the last thing that one of its training steps does.
struct Training {
  Graph graph;
  Output train;
  Output loss;
};

/// The article's regression: gradient descent with the symbolic gradient.
template <class T>
Training regression(std::int64_t rows, std::int64_t columns) {
  Training t;
  const Output X = constant(t.graph, sample<T>({rows, columns}));
  const Output d = constant(t.graph, sample<T>({rows, 1}, 2));
  const Output w = variable(zeros(t.graph, dtype_of<T>(), {columns, 1}));
  t.loss = reduce_mean(square(matmul(X, w) - d));
  t.train = assign(w, w - 1e-4 * gradients(t.loss, {w}).at(0));
  return t;
}

/// 16 chains of small operations that meet in one variable.
Training small_operations() {
  Training t;
  const Output w = variable(t.graph, Tensor::from<float>({4}, {1, 2, 3, 4}));
  std::vector<Output> ends;
  for (int i = 0; i < 16; ++i) {
    Output x = w + i;
    for (int k = 0; k < 8; ++k) x = sqrt(square(x) + 1) * 0.5;
    ends.push_back(x);
  }
  t.loss = reduce_sum(add_n(ends));
  t.train = assign(w, add_n(ends) / 16);
  return t;
}

/// Rows that are gathered, elements that are sorted, and what flows back to them.
Training indexed() {
  Training t;
  const Output w = variable(t.graph, sample<float>({300, 20}));
  const Output rows = gather(w, constant(t.graph, Tensor{3, 299, 3}));
  const Output labels = one_hot(argmax(rows, 1), 20, {.out_of_range = OutOfRange::zeros});
  const Output ranked = sort(w, {.axis = 0}) * cumsum(w, 1);
  t.loss = reduce_sum(rows * labels) + reduce_mean(ranked) + reduce_sum(top_k(w, 2).values);
  t.train = assign(w, w - 1e-3 * gradient(t.loss, w));
  return t;
}

/// The allocations in steps 2 to `options.steps` of a session's first training run.
std::int64_t in_later_steps(const Training& t, const SessionOptions& session_options,
                            const RunOptions& options) {
  const Output last = add_node(probe, {t.train}, {}, {});
  Session session(t.graph, session_options);
  session.run(global_variables_initializer(t.graph));
  seen_by_probe = {};
  session.run(last, options);
  CHECK(seen_by_probe.steps == options.steps);
  return seen_by_probe.after_last - seen_by_probe.after_first;
}

/// The same for every way to watch a run that is not about profiling.
void check_later_steps(const Training& t, const SessionOptions& session_options,
                       std::int64_t steps) {
  const std::stop_source source;
  CHECK(in_later_steps(t, session_options, {.steps = steps}) == 0);
  CHECK(in_later_steps(t, session_options, {.steps = steps, .timeout = std::chrono::hours(1)}) ==
        0);
  CHECK(in_later_steps(t, session_options, {.steps = steps, .stop = source.get_token()}) == 0);
  CHECK(in_later_steps(t, session_options, {.steps = steps, .check_numerics = true}) == 0);
  Seen seen;
  const auto look = [&seen](double loss) {
    seen.note();
    return loss < 0;
  };
  CHECK(in_later_steps(t, session_options, {.steps = steps, .until = {t.loss, look}}) == 0);
  CHECK(seen.steps == steps);
  CHECK(seen.after_last == seen.after_first);
}

/// Hides from the compiler where memory comes from, lest it leaves out what is freed at once.
void* not_elided(void* memory) {
  void* volatile hidden = memory;
  return hidden;
}

TEST_CASE("every form of operator new is counted") {
  constexpr std::align_val_t aligned{64};
  const std::int64_t before = allocations;
  ::operator delete(not_elided(::operator new(3)));
  ::operator delete[](not_elided(::operator new[](3)));
  ::operator delete(not_elided(::operator new(3, std::nothrow)), std::nothrow);
  ::operator delete[](not_elided(::operator new[](3, std::nothrow)), std::nothrow);
  ::operator delete(not_elided(::operator new(3, aligned)), aligned);
  ::operator delete[](not_elided(::operator new[](3, aligned)), aligned);
  ::operator delete(not_elided(::operator new(3, aligned, std::nothrow)), aligned, std::nothrow);
  ::operator delete[](not_elided(::operator new[](3, aligned, std::nothrow)), aligned,
                      std::nothrow);
  CHECK(allocations - before == 8);
}

/// Allocates in every execution.
constexpr OpDef wasteful = [] {
  OpDef op = probe;
  op.name = "wasteful";
  op.kernel = [](const KernelContext&) {
    return make_kernel(
        [](const KernelArgs& args) { *args.output<float>() = std::vector<float>(100, 1.0F)[50]; });
  };
  return op;
}();

TEST_CASE("an allocation in a later step is found, on whatever thread") {
  for (const int threads : {1, 2}) {
    Training t;
    const Output w = variable(t.graph, Tensor::scalar(0.0F));
    const Output a = add_node(wasteful, {w}, {}, {});
    const Output b = add_node(wasteful, {w}, {}, {});
    t.train = assign(w, a + b);
    CHECK(in_later_steps(t, {.threads = threads}, {.steps = 10}) >= 18);
  }
}

TEST_CASE("the article's regression") {
  for (const int threads : {1, 2}) {
    check_later_steps(regression<float>(10000, 2), {.threads = threads}, 20);
    check_later_steps(regression<double>(10000, 2), {.threads = threads}, 20);
  }
}

TEST_CASE("a regression whose steps are split over threads") {
  for (const int threads : {1, 2}) {
    std::string lines;
    const auto sink = [&](LogLevel, std::string_view line) { lines += std::string(line) + "\n"; };
    const Training t = regression<float>(20000, 32);
    check_later_steps(t, {.threads = threads, .log = Logger(sink, LogLevel::debug)}, 20);
    CHECK((lines.find(" split\n") != std::string::npos) == (threads == 2));
    check_later_steps(regression<double>(20000, 32), {.threads = threads}, 20);
  }
}

TEST_CASE("chains of small operations") {
  for (const int threads : {1, 2}) {
    check_later_steps(small_operations(), {.threads = threads}, 50);
    check_later_steps(small_operations(),
                      {.threads = threads, .optimizations = Optimizations::none()}, 50);
  }
}

TEST_CASE("indices, orders and what flows back along them") {
  for (const int threads : {1, 2}) check_later_steps(indexed(), {.threads = threads}, 20);
}

TEST_CASE("operations that are handed from thread to thread") {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    for (const Optimizations& passes : {Optimizations{}, Optimizations::none()}) {
      const SessionOptions options{.threads = 2, .chaos_seed = seed, .optimizations = passes};
      check_later_steps(small_operations(), options, 50);
      check_later_steps(regression<float>(2000, 3), options, 20);
    }
  }
}

TEST_CASE("between reports of progress, from the third on") {
  const Training t = regression<float>(2000, 3);
  for (const int threads : {1, 2}) {
    Session session(t.graph, {.threads = threads});
    session.run(global_variables_initializer(t.graph));
    std::vector<std::int64_t> seen(21);
    const auto look = [&](const Progress& progress) {
      seen[static_cast<std::size_t>(progress.step)] = allocations;
    };
    session.run(t.train, {.steps = 20, .on_progress = look});
    CHECK(seen[19] == seen[3]);  // the last step makes the fetches
  }
}

TEST_CASE("runs that follow each other write variables into the same memory") {
  constexpr std::int64_t elements = 1 << 18;  // 1 MiB
  for (const std::int64_t steps : {1, 2, 5}) {
    const Graph graph;
    const Output w = variable(zeros(graph, DType::f32, {elements}));
    Session session(graph, {.threads = 1});
    session.run(global_variables_initializer(graph));
    const Callable train = session.prepare({group({assign(w, w + 1)})});
    for (int i = 0; i < 4; ++i) train({}, {.steps = steps});
    const std::size_t before = allocated_bytes;
    for (int i = 0; i < 16; ++i) train({}, {.steps = steps});
    CHECK(allocated_bytes - before < elements * sizeof(float));
  }
}

}  // namespace
}  // namespace deft
