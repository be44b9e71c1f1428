#include "session/plan_cache.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "session/borrowed_frame.hpp"
#include "support/on_threads.hpp"

namespace deft {
namespace {

constexpr std::size_t megabyte = std::size_t{1} << 20;

/// exp(x) for any number of rows, and a variable of 1 MB that is written beside.
struct Model {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {Shape::unknown}, {.name = "x"});
  Output y = exp(x, {.name = "y"});
  Output w = variable(zeros(graph, DType::f32, {1 << 18}), {.name = "w"});
  Output step = assign(w, w + reduce_sum(y));
};

/// Runs of one output, as a session has them, of which only the memory counts.
class Runs {
 public:
  Runs(const Graph& graph, const Output& fetch, const Output& feed, PlanCacheOptions limits,
       std::size_t memory_limit = 0)
      : fetch_(fetch.endpoint()),
        feed_(feed.endpoint()),
        cache_(graph, {.memory_limit = memory_limit}, limits, {}, variables_) {}

  std::shared_ptr<RunnablePlan> plan(std::int64_t size) {
    const Tensor value = Tensor::zeros(DType::f32, {size});
    const Tensor* const values[] = {&value};
    return cache_.get(
        {.fetches = {&fetch_, 1}, .placeholders = {&feed_, 1}, .values = values, .where = {}});
  }

  void run(std::int64_t size) {
    const auto plan = this->plan(size);
    const BorrowedFrame frame(*plan);
  }

  std::size_t used() const { return cache_.used_bytes(); }

 private:
  Endpoint fetch_;
  Endpoint feed_;
  VariableStore variables_;
  PlanCache cache_;
};

TEST_CASE("frames that are kept take no more than the session allows") {
  const Model m;
  for (const auto& [bytes, limit] :
       std::vector<std::pair<std::size_t, std::size_t>>{{8, 0}, {1000, 8}, {8, 1000}}) {
    Runs runs(m.graph, m.y, m.x, {.bytes = bytes * megabyte}, limit * megabyte);
    for (std::int64_t size = 1; size <= 300; ++size) {
      runs.run((1 << 18) - size);  // about 1 MB
      CHECK(runs.used() <= 8 * megabyte);
    }
    CHECK(runs.used() > 6 * megabyte);
  }
}

TEST_CASE("buffers of variables count") {
  const Model m;
  Runs runs(m.graph, m.step, m.x, {.bytes = 8 * megabyte});
  for (std::int64_t size = 1; size <= 50; ++size) {
    runs.run(size);
    CHECK(runs.used() <= 8 * megabyte);
  }
}

TEST_CASE("the memory of the latest run is kept, however much it is") {
  const Model m;
  Runs runs(m.graph, m.y, m.x, {.bytes = megabyte});
  for (int i = 0; i < 3; ++i) {
    runs.run(1 << 20);
    CHECK(runs.used() >= 4 * megabyte);
    CHECK(runs.used() < 5 * megabyte);
  }
  runs.run(8);
  CHECK(runs.used() < megabyte);
}

TEST_CASE("what was used least recently goes first") {
  const Model m;
  Runs runs(m.graph, m.y, m.x, {.bytes = 3 * megabyte + megabyte / 2});
  const auto first = runs.plan(1 << 18);
  const auto second = runs.plan((1 << 18) - 1);
  const auto third = runs.plan((1 << 18) - 2);
  const auto use = [](RunnablePlan& plan) { const BorrowedFrame frame(plan); };
  for (RunnablePlan* plan : {first.get(), second.get(), third.get(), first.get()}) use(*plan);
  runs.run((1 << 18) - 3);
  CHECK(first->has_idle_frames());
  CHECK_FALSE(second->has_idle_frames());
  CHECK(third->has_idle_frames());
}

TEST_CASE("frames of runs that go on count, and go when these are over") {
  const Model m;
  for (const int threads : {1, 2, 3, 4, 8}) {
    Runs runs(m.graph, m.y, m.x, {.bytes = 4 * megabyte});
    std::atomic<int> inside{0};
    on_threads(threads, [&](int thread) {
      const auto plan = runs.plan((1 << 18) - thread);
      const BorrowedFrame frame(*plan);
      ++inside;
      while (inside < threads) std::this_thread::yield();
    });
    CHECK(runs.used() <= 4 * megabyte);
  }
}

/// f32[n] -> f32[n], whose kernels are counted.
std::atomic<int> kernels{0};
struct Counted {
  Counted() { ++kernels; }
  Counted(const Counted&) { ++kernels; }
  ~Counted() { --kernels; }
  void operator()(const KernelArgs&) const {}
};
constexpr OpDef counted{
    .name = "counted",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel = [](const KernelContext&) { return make_kernel(Counted(), 1); },
};

TEST_CASE("a session keeps as many plans as it is allowed") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown});
  const Output y = add_node(counted, {x}, {}, {});
  for (const std::size_t plans : {0U, 1U, 3U}) {
    Session session(graph, {.threads = 1, .plan_cache = {.plans = plans}});
    const Callable call = session.prepare({y}, {x});
    for (std::int64_t size = 1; size <= 10; ++size) {
      session.run(y, {{x, Tensor::zeros(DType::f32, {size})}});
      CHECK(kernels <= static_cast<int>(plans));
    }
    for (std::int64_t size = 1; size <= 10; ++size) call({Tensor::zeros(DType::f32, {size})});
    CHECK(kernels <= 2 * static_cast<int>(plans));
  }
  CHECK(kernels == 0);
}

TEST_CASE("a session that keeps little finds the same as one that keeps all") {
  const Model m;
  Session all(m.graph, {.threads = 2});
  Session little(m.graph, {.threads = 2, .plan_cache = {.plans = 2, .bytes = 0}});
  for (Session* session : {&all, &little}) session->run(global_variables_initializer(m.graph));
  for (int turn = 0; turn < 3; ++turn)
    for (std::int64_t size = 1; size <= 5; ++size) {
      const Feeds feeds = {{m.x, Tensor::zeros(DType::f32, {1000 * size})}};
      CHECK(little.run(m.step, feeds) == all.run(m.step, feeds));
    }
}

}  // namespace
}  // namespace deft
