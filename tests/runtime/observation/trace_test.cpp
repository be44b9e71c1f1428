#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/ops/blocks_op.hpp"
#include "support/trace.hpp"

namespace deft {
namespace {

std::atomic<int> running{0};

void wait_for_another() {
  ++running;
  for (int i = 0; i < 5000 && running < 2; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

/// Waits for a second execution of it to begin.
constexpr OpDef meet{
    .name = "meet",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel =
        [](const KernelContext&) {
          return make_kernel(
              [](const KernelArgs& args) {
                wait_for_another();
                *args.output<float>() = *args.input<float>(0);
              },
              1e9);
        },
};

struct Meeting {
  Graph graph;
  Output x = constant(graph, Tensor::scalar(1.0F));
  Output a = add_node(meet, {x}, {}, {.name = "a"});
  Output b = add_node(meet, {x}, {}, {.name = "b"});
  Output sum = add(a, b, {.name = "sum"});

  void run(Session& session, Profile& profile) const {
    running = 0;
    session.run(sum, {.profile = &profile});
  }
};

TEST_CASE("two threads have a track each, and arrows between them") {
  const Meeting model;
  Session session(model.graph, {.threads = 2, .optimizations = Optimizations::none()});
  Profile profile;
  model.run(session, profile);
  const Trace trace(profile.trace());
  check_trace(trace);
  REQUIRE(trace.named("a").size() == 1);
  REQUIRE(trace.named("b").size() == 1);
  const Trace::Slice a = trace.named("a")[0];
  const Trace::Slice b = trace.named("b")[0];
  CHECK(a.thread != b.thread);
  CHECK(std::max(a.begin, b.begin) < std::min(a.end, b.end));
  CHECK(a.category == "meet");
  CHECK(trace.arrows() ==
        std::multiset<std::pair<std::string, std::string>>{{"a", "sum"}, {"b", "sum"}});
  const std::map<std::int64_t, std::string> names{{1, "caller"}, {2, "worker 1"}};
  CHECK(trace.threads == names);
}

TEST_CASE("a thread keeps its track over runs; those of another session have their own") {
  const Meeting model;
  Session session(model.graph, {.threads = 2, .optimizations = Optimizations::none()});
  Profile profile;
  for (int i = 0; i < 3; ++i) model.run(session, profile);
  CHECK(Trace(profile.trace()).threads.size() == 2);
  Session other(model.graph, {.threads = 2, .optimizations = Optimizations::none()});
  model.run(other, profile);
  std::thread([&] { model.run(session, profile); }).join();
  const Trace trace(profile.trace());
  check_trace(trace);
  CHECK(trace.named("run").size() == 5);
  const std::map<std::int64_t, std::string> names{
      {1, "caller"}, {2, "caller (2)"}, {3, "worker 1"}, {4, "worker 1 (2)"}};
  CHECK(trace.threads == names);
}

TEST_CASE("an operation that threads share has a slice a part, and one arrow") {
  const Graph graph;
  const Output x = variable(graph, Tensor::zeros(DType::f32, {8}));
  const Output first = add_node(toy::blocks, {x}, {}, {.name = "first"});
  const Output second = add_node(toy::blocks, {first}, {}, {.name = "second"});
  Session session(graph, {.threads = 2, .chaos_seed = 7, .optimizations = Optimizations::none()});
  session.run(global_variables_initializer(graph));
  Profile profile;
  session.run(second, {.steps = 10, .profile = &profile});
  const Trace trace(profile.trace());
  check_trace(trace);
  CHECK(trace.named("first").size() == 80);
  CHECK(trace.starts.size() == 10);
  for (const auto& [id, start] : trace.starts) {
    const Trace::Slice from = trace.at(start);
    const Trace::Slice to = trace.at(trace.ends.at(id));
    CHECK(from.name == "first");
    CHECK(to.name == "second");
    for (const Trace::Slice& slice : trace.slices) {
      if (slice.category == "run" || slice.step != from.step) continue;
      if (slice.name == "first") CHECK(slice.end <= from.end);
      if (slice.name == "second") CHECK(slice.begin >= to.begin);
    }
  }
}

TEST_CASE("arrows show control dependencies, and what waits through a renamed tensor") {
  const Graph graph;
  const Output x = variable(graph, Tensor::zeros(DType::f32, {2, 3}));
  const Output a = exp(x, {.name = "a"});
  const Output b = exp(reshape(a, {3, 2}), {.name = "b"});
  Output c;
  {
    const ControlDependencies after(graph, {b});
    c = exp(x, {.name = "c"});
  }
  Session session(graph, {.threads = 1, .optimizations = Optimizations::none()});
  session.run(global_variables_initializer(graph));
  Profile profile;
  session.run({c}, {.steps = 2, .profile = &profile});
  const Trace trace(profile.trace());
  check_trace(trace);
  CHECK(trace.arrows() == std::multiset<std::pair<std::string, std::string>>{
                              {"a", "b"}, {"a", "b"}, {"b", "c"}, {"b", "c"}});
}

/// Runs something in a session of its own choice.
struct NestedRun {
  static inline Session* session = nullptr;
  static inline Output fetch;
  static inline Profile* profile = nullptr;
  static inline bool meets = false;
};

constexpr OpDef nest{
    .name = "nest",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel =
        [](const KernelContext&) {
          return make_kernel([](const KernelArgs& args) {
            if (NestedRun::meets) wait_for_another();
            const Tensor seen =
                NestedRun::session->run(NestedRun::fetch, {.profile = NestedRun::profile});
            *args.output<float>() = seen.item<float>() + *args.input<float>(0);
          });
        },
};

TEST_CASE("a run inside an operation is nested in it") {
  for (const int threads : {1, 2, 4}) {
    const Graph graph;
    const Output x = constant(graph, Tensor::scalar(1.0F));
    const Output sum = add_node(nest, {x}, {}, {}) + add_node(nest, {x}, {}, {});
    Session session(graph, {.threads = threads, .optimizations = Optimizations::none()});
    Profile profile;
    NestedRun::session = &session;
    NestedRun::fetch = exp(x, {.name = "inside"});
    NestedRun::profile = &profile;
    NestedRun::meets = threads > 1;
    for (int i = 0; i < 3; ++i) {
      running = 0;
      session.run(sum, {.profile = &profile});
    }
    NestedRun::fetch = {};
    const Trace trace(profile.trace());
    check_trace(trace);
    CHECK(trace.named("run").size() == 9);
    // The worker that calls a run is no caller of the session.
    CHECK(trace.threads.at(1) == "caller");
    for (const auto& [number, name] : trace.threads)
      if (number > 1) CHECK(name.starts_with("worker "));
    CHECK(trace.named("inside").size() == 6);
    for (const Trace::Slice& inside : trace.named("inside")) {
      const auto encloses = [&](const Trace::Slice& slice) {
        return slice.category == "nest" && slice.thread == inside.thread &&
               slice.begin <= inside.begin && inside.end <= slice.end;
      };
      CHECK(std::ranges::count_if(trace.slices, encloses) == 1);
    }
  }
}

TEST_CASE("runs from callbacks, and runs of several callers") {
  const Graph graph;
  const Output x = variable(graph, Tensor::scalar(1.0F));
  const Output y = exp(x);
  Session session(graph, {.threads = 2, .optimizations = Optimizations::none()});
  session.run(global_variables_initializer(graph));
  Profile profile;
  const auto run = [&] {
    session.run(y, {.steps = 4,
                    .on_progress = [&](const Progress&) { session.run(y, {.profile = &profile}); },
                    .profile = &profile});
  };
  std::thread other(run);
  run();
  other.join();
  const Trace trace(profile.trace());
  check_trace(trace);
  CHECK(trace.named("run").size() == 10);
  CHECK(trace.threads.size() == 2);
}

TEST_CASE("files may have any characters") {
  const Graph graph;
  const Output x = constant(graph, Tensor::scalar(1.0F));
  const Output y = exp(x, {.name = "scope/y", .where = {"C:\\caf\xe9 \"\t\".cpp", 12}});
  Session session(graph, {.threads = 1, .optimizations = Optimizations::none()});
  Profile profile;
  session.run(y, {.profile = &profile});
  const Trace trace(profile.trace());
  const std::vector<Trace::Slice> found = trace.named("scope/y");
  REQUIRE(found.size() == 1);
  CHECK(found[0].category == "exp");
  CHECK(found[0].line == "C:\\caf\xc3\xa9 \"\t\".cpp:12");
}

TEST_CASE("a profile without runs is a trace without slices") {
  const Trace trace(Profile().trace());
  CHECK(trace.slices.empty());
  CHECK(trace.threads.empty());
}

}  // namespace
}  // namespace deft
