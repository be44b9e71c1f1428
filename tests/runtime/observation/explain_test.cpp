#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/ops/blocks_op.hpp"
#include "support/plans/explained_chain.hpp"

namespace deft {
namespace {

TEST_CASE("a part of a large table costs what the part has, not the table") {
  const Graph graph;
  const Output table = variable(zeros(graph, DType::u8, {60'000, 784}));
  const Output rows = variable(graph, Tensor{0, 59'999});
  const Output one_of_each = constant(graph, Tensor::zeros(DType::i32, {1, 784}));
  for (const Output& part :
       {gather(table, rows), slice(table, 0, {10, 12}), take_along_axis(table, one_of_each, 0)}) {
    Session session(graph, {.threads = 1, .optimizations = Optimizations::none()});
    const Explanation explanation = session.explain(part);
    CAPTURE(part);
    CHECK(explanation.work_nanoseconds > 0);
    CHECK(explanation.work_nanoseconds < 1000);
  }
}

TEST_CASE("a chain cannot be parallel, and the text says why, line by line") {
  const Graph graph;
  const Output x = constant(graph, Tensor::scalar(1.0F), {.name = "x"});
  const Output a = timed_op(x, 50'000, "a");
  const Output b = timed_op(a, 70'000, "b");
  const Output c = timed_op(b, 60'000, "c");
  Session session(graph, {.threads = 4, .optimizations = Optimizations::none()});
  const Explanation explanation = session.explain(c);
  CHECK(explanation.measured_steps == 0);
  CHECK(explanation.operations.size() == 3);
  CHECK(explanation.work_nanoseconds == doctest::Approx(180'000).epsilon(0.01));
  CHECK(explanation.span_nanoseconds == explanation.work_nanoseconds);
  CHECK(explanation.ideal_speed_up == 1);
  CHECK(explanation.best_speed_up == 1);
  CHECK(explanation.achieved_speed_up == 0);
  CHECK(explanation.threads == 4);
  CHECK_FALSE(explanation.parallel);
  CHECK(chain_of(explanation) == Links{"a", "tensor 'a' f32[] -> b", "tensor 'b' f32[] -> c"});

  const std::string text = to_string(explanation);
  check_has(text, "A step has 3 operations; times are estimates.\n");
  check_has(text, "ideal 1.00 = work / span; at best 1.00 on 4 threads\n");
  check_has(text, "in order on the caller: every operation waits for the one before it");
  check_has(text, "timed 'a' " + line_of(a) + "\n              | tensor 'a' f32[]\n");
  check_has(text, "timed 'c' " + line_of(c) + "\n");
  check_has(text, "\n  collect: 4 of 4 nodes\n");
  CHECK(text.find("Shared by threads") == std::string::npos);
}

TEST_CASE("a fan has the ideal speed-up of its width") {
  const Graph graph;
  const Output w = variable(graph, Tensor::zeros(DType::f32, {128, 128}), {.name = "w"});
  std::vector<Output> products;
  for (int i = 0; i < 8; ++i) products.push_back(matmul(w, w));
  const Output end = add_n(products, {.name = "end"});
  Session session(graph, {.threads = 2, .optimizations = Optimizations::none()});
  const Explanation explanation = session.explain(end);
  CHECK(explanation.parallel);
  CHECK(explanation.ideal_speed_up > 5);
  CHECK(explanation.ideal_speed_up < 8.5);
  CHECK(explanation.best_speed_up > 1.5);
  CHECK(explanation.best_speed_up <= 2);
  CHECK(explanation.chain.size() == 2);
  CHECK(explanation.arena_bytes >= 8 * 128 * 128 * sizeof(float));
  CHECK(explanation.peak_bytes >= explanation.arena_bytes + 128 * 128 * sizeof(float));
  check_has(to_string(explanation), "in parallel: threads may save");
}

TEST_CASE("the longest chain is by time, not by number") {
  const Graph graph;
  const Output x = constant(graph, Tensor::scalar(1.0F));
  Output many = x;
  for (int i = 0; i < 4; ++i) many = timed_op(many, 100, "short");
  const Output end = add(many, timed_op(x, 5'000, "long"), {.name = "end"});
  Session session(graph, {.threads = 2, .optimizations = Optimizations::none()});
  const Explanation explanation = session.explain(end);
  CHECK(chain_of(explanation) == Links{"long", "tensor 'long' f32[] -> end"});
  CHECK(explanation.ideal_speed_up == doctest::Approx(5.4 / 5.0).epsilon(0.03));
}

TEST_CASE("why a plan runs in order") {
  const Graph graph;
  const Output x = constant(graph, Tensor::scalar(1.0F));
  const Output small = timed_op(x, 700, "a") + timed_op(x, 700, "b");
  Session two(graph, {.threads = 2, .optimizations = Optimizations::none()});
  const Explanation explanation = two.explain(small);
  CHECK_FALSE(explanation.parallel);
  check_has(explanation.schedule, "threads would save an estimated 70");
  check_has(explanation.schedule, ", less than it costs to hand work over");
  Session one(graph, {.threads = 1, .optimizations = Optimizations::none()});
  CHECK(one.explain(small).schedule == "the session has one thread");
  const std::string nothing = to_string(one.explain(x));
  CHECK(nothing.starts_with("A step has no operations"));
  CHECK(one.explain(x).ideal_speed_up == 1);
}

TEST_CASE("a long chain shows its begin, its end and what takes longest") {
  const Graph graph;
  Output y = constant(graph, Tensor::scalar(1.0F));
  std::vector<Output> links;
  for (int i = 0; i < 100; ++i)
    links.push_back(y = timed_op(y, i == 49 ? 30'000 : 100 + (i > 60 ? 5 : 0), "t"));
  Session session(graph, {.threads = 2, .optimizations = Optimizations::none()});
  const Explanation explanation = session.explain(y);
  CHECK(explanation.chain.size() == 100);
  const std::string text = to_string(explanation);
  check_has(text, "The longest chain, 100 operations");
  check_has(text, "  ... 45 more\n              | tensor 't_48' f32[]\n   30.0 us  timed 't_49' ");
  check_has(text, "  ... 31 more\n              | tensor 't_98' f32[]\n    108 ns  timed 't_99' ");
  CHECK(text.find("timed 't_20'") == std::string::npos);
}

TEST_CASE("operations that threads share are listed with blocks and chunks") {
  const Graph graph;
  const Output x = variable(graph, Tensor::zeros(DType::f32, {8}));
  const Output shared = add_node(toy::blocks, {x}, {}, {.name = "shared"});
  Session session(graph, {.threads = 2, .chaos_seed = 1, .optimizations = Optimizations::none()});
  const Explanation explanation = session.explain(shared);
  REQUIRE(explanation.operations.size() == 1);
  CHECK(explanation.operations[0].blocks == 8);
  CHECK(explanation.operations[0].chunks == 8);
  CHECK(explanation.ideal_speed_up == 1);
  CHECK(explanation.best_speed_up == 2);
  check_has(to_string(explanation),
            "blocks 'shared' " + line_of(shared) + ": 8 blocks in 8 chunks");
}

TEST_CASE("a profile gives measured times") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown}, {.name = "x"});
  const Output sum = reduce_sum(exp(x), {.name = "sum"});
  const Tensor four = Tensor::zeros(DType::f32, {4});
  Session session(graph, {.threads = 2, .optimizations = Optimizations::none()});
  Profile profile;
  CHECK(session.explain(sum, {{x, four}}, {.profile = &profile}).measured_steps == 0);
  session.run(sum, {{x, four}}, {.steps = 7, .profile = &profile});
  session.run(sum, {{x, four}}, {.steps = 3, .profile = &profile});
  const Explanation measured = session.explain(sum, {{x, four}}, {.profile = &profile});
  CHECK(measured.measured_steps == 10);
  double work = 0;
  for (const Profile::Row& row : profile.rows())
    work += static_cast<double>(row.total.count()) / 10;
  CHECK(measured.work_nanoseconds == doctest::Approx(work));
  CHECK(measured.span_nanoseconds == doctest::Approx(work));
  CHECK(measured.step_nanoseconds >= work);  // on one thread
  CHECK(measured.achieved_speed_up == doctest::Approx(work / measured.step_nanoseconds));
  check_has(to_string(measured), "times are the means of 10 measured steps.\n");
  check_has(to_string(measured), "; achieved ");

  // Of other shapes, other fetches and another session nothing is known.
  const Tensor five = Tensor::zeros(DType::f32, {5});
  Session other(graph, {.threads = 2, .optimizations = Optimizations::none()});
  CHECK(session.explain(sum, {{x, five}}, {.profile = &profile}).measured_steps == 0);
  CHECK(session.explain({sum, sum}, {{x, four}}, {.profile = &profile}).measured_steps == 0);
  CHECK(other.explain(sum, {{x, four}}, {.profile = &profile}).measured_steps == 0);
  CHECK(profile.rows()[0].count == 10);
}

TEST_CASE("the value of until belongs to the plan") {
  const Graph graph;
  const Output w = variable(graph, Tensor::scalar(1.0F));
  const Output step = assign_add(w, ones_like(w));
  const Output loss = exp(w, {.name = "loss"});
  Session session(graph, {.threads = 1, .optimizations = Optimizations::none()});
  session.run(global_variables_initializer(graph));
  Profile profile;
  const auto never = [](double) { return false; };
  session.run(step, {.steps = 2, .until = {loss, never}, .profile = &profile});
  const Explanation explanation =
      session.explain(step, {.until = {loss, never}, .profile = &profile});
  CHECK(explanation.measured_steps == 2);
  CHECK(explanation.operations.size() == session.explain(step).operations.size() + 1);
  CHECK(session.explain(step, {.profile = &profile}).measured_steps == 0);
}

TEST_CASE("explain runs nothing, and needs no values of variables") {
  const Graph graph;
  const Output w = variable(graph, Tensor::scalar(1.0F));
  const Output a = timed_op(w, 100, "a");
  const Output step = assign(w, a + 1.0);
  Session session(graph, {.threads = 2, .optimizations = Optimizations::none()});
  executions = 0;
  CHECK(session.explain(step).operations.size() == 2);
  const std::vector<Output> fetches{step, a};
  CHECK(session.explain(fetches).operations.size() == 2);
  CHECK(session.explain(fetches, {}, {.steps = 5}).operations.size() == 2);
  CHECK(session.explain({step, a}).operations.size() == 2);
  CHECK(executions == 0);
  session.run(global_variables_initializer(graph));
  CHECK(session.explain(step).operations.size() == 2);
  CHECK(session.eval(w).item<float>() == 1);
}

TEST_CASE("explain throws what run throws") {
  const Graph graph;
  const Graph other;
  const Output x = placeholder(graph, DType::f32, {3}, {.name = "x"});
  const Output y = exp(x);
  const Output foreign = constant(other, Tensor::scalar(1.0F));
  Session session(graph, {.threads = 1, .optimizations = Optimizations::none()});
  const Feeds bad{{x, Tensor::zeros(DType::f32, {4})}};
  const Feeds good{{x, Tensor::zeros(DType::f32, {3})}};
  const auto same = [&](const Output& fetch, const Feeds& feeds, const RunOptions& options) {
    const RunError ran = caught<RunError>([&] { session.run(fetch, feeds, options); });
    const RunError explained = caught<RunError>([&] { session.explain(fetch, feeds, options); });
    CHECK(std::string(explained.what()) == ran.what());
    CHECK(explained.code() == ran.code());
    return explained.code();
  };
  const SourceLocation where = SourceLocation::current();
  CHECK(same(y, {}, {.where = where}) == ErrorCode::not_fed);
  CHECK(same(y, bad, {.where = where}) == ErrorCode::shape_mismatch);
  CHECK(same({}, good, {.where = where}) == ErrorCode::empty_handle);
  CHECK(same(foreign, good, {.where = where}) == ErrorCode::wrong_graph);
  CHECK(same(y, {{y, {}}}, {.where = where}) == ErrorCode::invalid_argument);
  CHECK(same(y, good, {.steps = 0, .where = where}) == ErrorCode::invalid_argument);
  const Until vector{y, [](double) { return false; }};
  CHECK(same(y, good, {.until = vector, .where = where}) == ErrorCode::shape_mismatch);

  const int line = __LINE__ + 1;
  const RunError unfed = caught<RunError>([&] { session.explain(y); });
  CHECK(unfed.info().where.line == line);
}

}  // namespace
}  // namespace deft
