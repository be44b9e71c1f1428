// Many runs on one session at once: every reader sees a state that existed, no update is lost, and
// runs that start runs never wait for each other.

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "caught.hpp"
#include "support/graphs/acting_model.hpp"
#include "support/on_threads.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr int readers = 4;
constexpr int runs = 1000;
constexpr std::int64_t elements = 4096;  // so many that a state which is torn shows

/// After n steps all elements of a are n, and all of b are 2 n.
struct Pair {
  explicit Pair(int threads) : session(graph, {.threads = threads}) {
    session.run(global_variables_initializer(graph));
  }

  /// n, if the values of a and b are those of one state; else -1.
  static double state_of(const std::vector<Tensor>& values) {
    const double n = values[0].data<double>()[0];
    for (const double x : values[0].data<double>())
      if (x != n) return -1;
    for (const double x : values[1].data<double>())
      if (x != 2 * n) return -1;
    return n;
  }

  Graph graph;
  Output a = variable(zeros(graph, DType::f64, {elements}), {.name = "a"});
  Output b = variable(zeros(graph, DType::f64, {elements}), {.name = "b"});
  Output next = a + 1;
  Output step = group({assign(a, next), assign(b, 2 * next)});
  Session session;
};

TEST_CASE("readers side by side see the one state that there is") {
  for (const int threads : {1, 2, 4}) {
    Pair pair(threads);
    pair.session.run(pair.step, {.steps = 7});
    const Callable call = pair.session.prepare({pair.a, pair.b});
    std::atomic<int> right{0};
    on_threads(readers, [&](int reader) {
      for (int i = 0; i < runs; ++i) {
        const std::vector<Tensor> seen =
            reader % 2 == 0 ? call() : pair.session.run({pair.a + 0, pair.b});
        if (Pair::state_of(seen) == 7) ++right;
      }
    });
    CHECK(right == readers * runs);
  }
}

TEST_CASE("readers beside a trainer see states that existed, in the order in which they did") {
  constexpr int steps = 3;
  for (const int threads : {1, 2, 4}) {
    Pair pair(threads);
    const Callable call = pair.session.prepare({pair.a, pair.b});
    const Output doubled = pair.a * 2;
    std::atomic<int> right{0};
    std::atomic<int> reading{readers};
    std::atomic<int> trained{0};
    on_threads(readers + 1, [&](int thread) {
      if (thread == readers) {
        for (; reading != 0; ++trained) pair.session.run(pair.step, {.steps = steps});
        return;
      }
      double before = 0;
      for (int i = 0; i < runs; ++i) {
        const std::vector<Tensor> seen =
            thread % 2 == 0 ? call() : pair.session.run({pair.a, doubled});
        const double state = Pair::state_of(seen);
        // A run of several steps is one transaction: only its last state is ever seen.
        if (state >= before && static_cast<int>(state) % steps == 0) ++right;
        before = state;
      }
      --reading;
    });
    CHECK(right == readers * runs);
    CHECK(Pair::state_of(pair.session.run({pair.a, pair.b})) == steps * trained);
  }
}

TEST_CASE("a trainer that reports progress shows the states of its reports") {
  constexpr int steps = 2000;
  for (const int threads : {1, 2}) {
    Pair pair(threads);
    std::atomic<bool> trained{false};
    std::atomic<int> wrong{0};
    on_threads(readers, [&](int thread) {
      if (thread == 0) {
        const auto report = [](const Progress&) {};
        pair.session.run(pair.step, {.steps = steps, .on_progress = report, .progress_every = 8});
        trained = true;
      }
      while (!trained) {
        const double state = Pair::state_of(pair.session.run({pair.a, pair.b}));
        if (state < 0 || static_cast<int>(state) % 8 != 0) ++wrong;
      }
    });
    CHECK(wrong == 0);
    CHECK(Pair::state_of(pair.session.run({pair.a, pair.b})) == steps);
  }
}

TEST_CASE("no update of several trainers is lost") {
  for (const int threads : {1, 2, 4}) {
    Pair pair(threads);
    const Callable call = pair.session.prepare({pair.step});
    on_threads(4, [&](int thread) {
      for (int i = 0; i < 250; ++i)
        if (thread % 2 == 0)
          call({}, {.steps = 2});
        else
          pair.session.run(pair.step);
    });
    CHECK(Pair::state_of(pair.session.run({pair.a, pair.b})) == 2 * 250 * 2 + 2 * 250);
  }
}

TEST_CASE("one prepared call with many feeds at once gives each caller its own result") {
  for (const int threads : {1, 2, 4}) {
    const Graph graph;
    const Output x = placeholder(graph, DType::f64, {Shape::unknown});
    Session session(graph, {.threads = threads});
    const Callable call = session.prepare({square(x) + 1}, {x});
    std::atomic<int> right{0};
    on_threads(4, [&](int thread) {
      for (int i = 0; i < 500; ++i) {
        const std::int64_t size = 1 + (i + thread) % 3;  // so that plans change too
        const Tensor fed = sample<double>({size}, static_cast<std::uint32_t>(thread * 1000 + i));
        const Tensor result = call({fed})[0];
        bool same = result.shape() == fed.shape();
        for (std::size_t k = 0; same && k < static_cast<std::size_t>(size); ++k)
          same = result.data<double>()[k] == fed.data<double>()[k] * fed.data<double>()[k] + 1;
        if (same) ++right;
      }
    });
    CHECK(right == 4 * 500);
  }
}

/// Runs `depth` runs inside each other: each has two kernels that start the next ones.
struct Nest {
  explicit Nest(int threads) : session(model.session(threads)) {
    action = [this] {
      if (depth >= 3) return;
      ++depth;
      if (session.run(add_n({model.w, model.w})).item<float>() != 2) wrong = true;
      if (session.run(read).item<float>() != 4) wrong = true;
      --depth;
    };
  }
  ~Nest() { action = nullptr; }
  Nest(const Nest&) = delete;
  Nest& operator=(const Nest&) = delete;

  static inline thread_local int depth = 0;
  ActingModel model;
  Output read = add_node(act, {model.w}, {}, {}) + add_node(act, {model.w}, {}, {});
  std::atomic<bool> wrong{false};
  Session session;
};

TEST_CASE("runs that kernels start never wait for each other") {
  for (const int threads : {1, 2, 3}) {
    Nest nest(threads);
    for (int i = 0; i < 20; ++i)
      if (nest.session.run(nest.read).item<float>() != 4) nest.wrong = true;
    CHECK_FALSE(nest.wrong);
  }
}

TEST_CASE("runs that kernels of several callers start never wait for each other") {
  for (const int threads : {1, 2, 3}) {
    Nest nest(threads);
    on_threads(4, [&](int) {
      for (int i = 0; i < 10; ++i)
        if (nest.session.run(nest.read).item<float>() != 4) nest.wrong = true;
    });
    CHECK_FALSE(nest.wrong);
  }
}

TEST_CASE("kernels of a run that writes may read, whoever else writes") {
  for (const int threads : {1, 2}) {
    const ActingModel model;
    Session session = model.session(threads);
    std::atomic<bool> wrong{false};
    action = [&] {
      if (session.eval(model.w).item<float>() != 0) wrong = true;
    };
    session.run(assign(model.w, zeros_like(model.w)));
    const Output same = assign(model.w, model.step * 0.0);
    on_threads(3, [&](int) {
      for (int i = 0; i < 50; ++i) session.run(same);
    });
    CHECK_FALSE(wrong);
    CHECK(session.eval(model.w).item<float>() == 0);
  }
}

}  // namespace
}  // namespace deft
