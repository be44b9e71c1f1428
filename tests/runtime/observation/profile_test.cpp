#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/on_threads.hpp"
#include "support/ops/blocks_op.hpp"
#include "support/ops/toy_ops.hpp"

namespace deft {
namespace {

/// The row of a node; one without executions if there is none.
Profile::Row row_of(const Profile& profile, const std::string& node) {
  for (const Profile::Row& row : profile.rows())
    if (row.node == node) return row;
  return {};
}

struct Sums {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {Shape::unknown}, {.name = "x"});
  Output y = exp(x, {.name = "y"});
  Output sum = reduce_sum(y, {.name = "sum"});

  static Tensor ones(std::int64_t size) {
    return Tensor::from<float>({size}, std::vector<float>(static_cast<std::size_t>(size), 1.0F));
  }
};

TEST_CASE("rows sum up runs, plans and sessions") {
  const Sums model;
  const Profile profile;
  Profile copy = profile;
  CHECK(profile.rows().empty());
  Session session(model.graph, {.threads = 2, .optimizations = Optimizations::none()});
  session.run(model.sum, {{model.x, Sums::ones(4)}}, {.steps = 3, .profile = &copy});
  session.run(model.sum, {{model.x, Sums::ones(4)}}, {.steps = 2, .profile = &copy});
  session.run(model.sum, {{model.x, Sums::ones(9)}}, {.steps = 10, .profile = &copy});
  session.run(model.y, {{model.x, Sums::ones(4)}}, {.profile = &copy});
  session.run(model.sum, {{model.x, Sums::ones(4)}}, {.steps = 1000});
  Session other(model.graph, {.threads = 1, .optimizations = Optimizations::none()});
  other.run(model.sum, {{model.x, Sums::ones(4)}}, {.steps = 100, .profile = &copy});

  CHECK(profile.rows().size() == 2);
  CHECK(row_of(profile, "y").count == 116);
  CHECK(row_of(profile, "sum").count == 115);
  for (const Profile::Row& row : profile.rows()) {
    CHECK(row.total.count() > 0);
    CHECK(row.longest.count() > 0);
    CHECK(row.longest <= row.total);
  }
  const Profile::Row sum = row_of(profile, "sum");
  CHECK(sum.op == "reduce_sum");
  CHECK(std::string(sum.where.file) == __FILE__);
  CHECK(sum.where.line == model.sum.node().where.line);
}

TEST_CASE("the operations that took longest come first") {
  const Graph graph;
  const Output one = variable(graph, Tensor::scalar(1.0F), {.name = "one"});
  const Output many = variable(graph, Tensor::zeros(DType::f32, {100'000}), {.name = "many"});
  const Output sum = reduce_sum(many + square(one));  // the one that takes least is executed first
  Session session(graph, {.threads = 1, .optimizations = Optimizations::none()});
  session.run(global_variables_initializer(graph));
  Profile profile;
  session.run(sum, {.steps = 50, .profile = &profile});
  const std::vector<Profile::Row> rows = profile.rows();
  REQUIRE(rows.size() == 3);
  CHECK(rows.back().op == "square");
  CHECK(std::ranges::is_sorted(rows, std::greater<>(), &Profile::Row::total));
}

TEST_CASE("an operation that threads share counts once a step") {
  for (const int threads : {1, 2, 4}) {
    const Graph graph;
    const Output x = variable(graph, Sums::ones(8));
    const Output shared = add_node(toy::blocks, {x}, {}, {.name = "shared"});
    const Output sum = reduce_sum(shared, {.name = "sum"});
    Session session(graph,
                    {.threads = threads, .chaos_seed = 1, .optimizations = Optimizations::none()});
    session.run(global_variables_initializer(graph));
    Profile profile;
    session.run(sum, {.steps = 20, .profile = &profile});
    CHECK(row_of(profile, "shared").count == 20);
    CHECK(row_of(profile, "sum").count == 20);
    session.run(sum, {.steps = 5, .check_numerics = true, .profile = &profile});
    CHECK(row_of(profile, "shared").count == 25);
  }
}

TEST_CASE("runs on several threads add up") {
  const Sums model;
  Session session(model.graph, {.threads = 2, .optimizations = Optimizations::none()});
  Profile profile;
  on_threads(5, [&](int thread) {
    if (thread == 4) {
      for (int k = 0; k < 10; ++k) static_cast<void>(profile.table());
      return;
    }
    for (int k = 0; k < 25; ++k)
      session.run(model.sum, {{model.x, Sums::ones(4)}}, {.steps = 2, .profile = &profile});
  });
  CHECK(row_of(profile, "sum").count == 200);
}

/// Fails when its input is 3.
constexpr OpDef until_three{
    .name = "until_three",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel =
        [](const KernelContext&) {
          return make_kernel([](const KernelArgs& args) {
            if (*args.input<float>(0) == 3) throw std::runtime_error("three");
            *args.output<float>() = *args.input<float>(0) + 1;
          });
        },
};

TEST_CASE("of a run that fails, what was executed counts") {
  const Graph graph;
  const Output w = variable(graph, Tensor::scalar(0.0F), {.name = "w"});
  const Output doubled = exp(w, {.name = "before"});
  Output next;
  {
    const ControlDependencies after(graph, {doubled});
    next = add_node(until_three, {w}, {}, {.name = "fails"});
  }
  const Output step = assign(w, abs(next, {.name = "after"}));
  Session session(graph, {.threads = 1, .optimizations = Optimizations::none()});
  session.run(global_variables_initializer(graph));
  Profile profile;
  CHECK(caught<RunError>([&] { session.run(step, {.steps = 9, .profile = &profile}); }).code() ==
        ErrorCode::kernel_failure);
  CHECK(row_of(profile, "before").count == 4);
  CHECK(row_of(profile, "fails").count == 3);
  CHECK(row_of(profile, "after").count == 3);
  CHECK(profile.table().find("1 run, 3 steps: ") != std::string::npos);
}

TEST_CASE("the table") {
  const Sums model;
  Session session(model.graph, {.threads = 1, .optimizations = Optimizations::none()});
  Profile profile;
  CHECK(profile.table() ==
        "     count     total      mean   longest   share  operation\n"
        "0 runs, 0 steps: 0.00 ns of operations in 0.00 ns of steps\n");
  session.run(model.sum, {{model.x, Sums::ones(4)}}, {.steps = 12, .profile = &profile});
  session.run(model.y, {{model.x, Sums::ones(4)}}, {.profile = &profile});
  const std::string table = profile.table();
  CAPTURE(table);
  const std::string line = __FILE__ ":" + std::to_string(model.sum.node().where.line);
  CHECK(table.find("%  reduce_sum 'sum' (" + line + ")\n") != std::string::npos);
  CHECK(table.find("\n        12 ") != std::string::npos);
  CHECK(table.find("\n        13 ") != std::string::npos);
  CHECK(table.find("\n2 runs, 13 steps: ") != std::string::npos);
  CHECK(table.find("lacks") == std::string::npos);
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

TEST_CASE("the trace has a limit, which counts and times do not") {
  const Graph graph;
  const Output one = graph.add(toy::source, {}, {}, {.name = "one"});
  Session session(graph, {.threads = 1, .optimizations = Optimizations::none()});
  Profile profile;
  constexpr auto limit = static_cast<std::int64_t>(Profile::max_events);
  session.run(one, {.steps = limit - 5, .profile = &profile});
  CHECK(profile.table().find("lacks") == std::string::npos);
  session.run(one, {.steps = 20, .profile = &profile});
  session.run(one, {.steps = 3, .profile = &profile});
  CHECK(row_of(profile, "one").count == limit + 18);
  CHECK(profile.table().find("\nthe trace lacks the last 18 events\n") != std::string::npos);
  const std::string trace = profile.trace();
  CHECK(count_of(trace, "\"cat\":\"source\"") == Profile::max_events);
  CHECK(count_of(trace, "\"dropped_events\":18}") == 1);
}

TEST_CASE("short runs use no more room than they need") {
  const Graph graph;
  const Output one = graph.add(toy::source, {}, {}, {.name = "one"});
  Session session(graph, {.threads = 1, .optimizations = Optimizations::none()});
  Profile profile;
  for (int i = 0; i < 2000; ++i) session.run(one, {.profile = &profile});
  CHECK(count_of(profile.trace(), "\"cat\":\"source\"") == 2000);
}

TEST_CASE("plans that a profile has no room for are counted") {
  const Sums model;
  Profile profile;
  Session session(model.graph, {.threads = 1, .optimizations = Optimizations::none()});
  const auto most = static_cast<std::int64_t>(Profile::max_plans);
  for (std::int64_t size = 1; size <= most + 5; ++size)
    session.run(model.sum, {{model.x, Sums::ones(size)}}, {.profile = &profile});
  CHECK(row_of(profile, "y").count == most);
  CHECK(profile.table().find("5 runs of further fetches or shapes of feeds did not count") !=
        std::string::npos);
  session.run(model.sum, {{model.x, Sums::ones(100)}}, {.profile = &profile});
  CHECK(row_of(profile, "y").count == most + 1);
}

TEST_CASE("the trace of short runs has a limit too, which the table names") {
  const Sums model;
  Profile profile;
  Session session(model.graph, {.threads = 1, .optimizations = Optimizations::none()});
  const Callable call = session.prepare({model.sum}, {model.x});
  const std::vector<Tensor> fed{Sums::ones(1)};
  const int runs = static_cast<int>(Profile::max_events / 8);
  for (int i = 0; i < runs; ++i) call(fed, {.profile = &profile});
  CHECK(row_of(profile, "y").count == runs);
  CHECK(profile.table().find("the trace lacks the last") != std::string::npos);
}

TEST_CASE("a profile that was moved from is one as before") {
  const Sums model;
  Profile profile;
  Profile other = std::move(profile);
  Session session(model.graph, {.threads = 1});
  session.run(model.sum, {{model.x, Sums::ones(3)}}, {.profile = &profile});
  other = std::move(profile);
  CHECK(profile.table() == other.table());
  CHECK(profile.rows().size() == other.rows().size());
  CHECK_FALSE(profile.trace().empty());
}

}  // namespace
}  // namespace deft
