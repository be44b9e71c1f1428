#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/on_threads.hpp"

namespace deft {
namespace {

TEST_CASE("the value of a variable is what the last complete step left") {
  const Graph graph;
  const Output w = variable(graph, {1.0F, 2.0F}, {.name = "w"});
  const Output step = assign_add(w, w);
  Session session(graph);
  session.run(global_variables_initializer(graph));
  CHECK(session.value(w) == Tensor{1.0F, 2.0F});
  const Tensor before = session.value(w);
  session.run(step, {.steps = 3});
  CHECK(session.value(w) == Tensor{8.0F, 16.0F});
  CHECK(before == Tensor{1.0F, 2.0F});
}

TEST_CASE("a variable that is set is read by the next run") {
  const Graph graph;
  const Output w = variable(graph, {1.0F, 2.0F}, {.name = "w"});
  const Output step = assign(w, w * 10);
  Session session(graph);
  session.set(w, {3.0F, 4.0F});  // no initializer has run
  session.run(step);
  const Tensor saved = session.value(w);
  CHECK(saved == Tensor{30.0F, 40.0F});
  session.run(step, {.steps = 2});
  session.set(w, saved);
  CHECK(session.value(w) == saved);
  session.run(step);
  CHECK(session.value(w) == Tensor{300.0F, 400.0F});
  CHECK(saved == Tensor{30.0F, 40.0F});
}

TEST_CASE("what is set does not change with the tensor that it was set to") {
  const Graph graph;
  const Output w = variable(graph, {1.0, 2.0, 3.0});
  Session session(graph);
  Tensor mine{4.0, 5.0, 6.0};
  session.set(w, mine);
  mine.set({0}, 0.0);
  CHECK(session.value(w) == Tensor{4.0, 5.0, 6.0});
  auto lent = std::make_shared<std::vector<double>>(std::vector<double>{7, 8, 9});
  session.set(w, Tensor::borrow({3}, std::span(*lent), lent));
  CHECK(lent.use_count() == 1);
  lent->front() = 0;
  CHECK(session.value(w) == Tensor{7.0, 8.0, 9.0});
  CHECK(session.value(w).is_aligned());
}

TEST_CASE("sessions that compute something once learn of what is set") {
  const Graph graph;
  const Output a = variable(graph, {{2.0F, 0.0F}, {0.0F, 2.0F}}, {.name = "a"});
  const Output w = variable(graph, {{1.0F}, {1.0F}}, {.name = "w"});
  const Output step = assign(w, matmul(a, matmul(a, w)));
  Session session(graph, {.threads = 1, .numerics = Numerics::reassociate});
  session.run(global_variables_initializer(graph));
  session.run(step, {.steps = 2});
  CHECK(session.value(w) == Tensor{{16.0F}, {16.0F}});
  session.set(a, {{1.0F, 0.0F}, {0.0F, 3.0F}});
  session.set(w, {{1.0F}, {1.0F}});
  session.run(step);
  CHECK(session.value(w) == Tensor{{1.0F}, {9.0F}});
}

TEST_CASE("what is no variable, or has no value, is refused") {
  const Graph graph;
  const Output w = variable(graph, {1.0F, 2.0F}, {.name = "w"});
  const Output x = placeholder(graph, DType::f32, {2}, {.name = "x"});
  Session session(graph);
  const int line = __LINE__ + 1;
  const auto missing = caught<RunError>([&] { session.value(w); });
  CHECK(missing.code() == ErrorCode::uninitialized_variable);
  CHECK(std::string(missing.what()) ==
        std::string(__FILE__) + ":" + std::to_string(line) +
            ": variable 'w': has no value yet; run global_variables_initializer(graph) first: it "
            "initializes the variables that exist when it is made");
  CHECK(caught<RunError>([&] { session.value(x); }).info().message ==
        "'x' is no variable but the result of placeholder");
  CHECK(caught<RunError>([&] { session.value({}); }).code() == ErrorCode::empty_handle);
  CHECK(caught<RunError>([&] { session.set(variable(Graph(), {1.0F}), {1.0F}); }).code() ==
        ErrorCode::wrong_graph);
  const auto shape = caught<RunError>([&] { session.set(w, {1.0F}); });
  CHECK(shape.code() == ErrorCode::shape_mismatch);
  CHECK(shape.info().message == "is f32[2], but is set to f32[1]");
  CHECK(caught<RunError>([&] { session.set(w, {1.0, 2.0}); }).code() == ErrorCode::dtype_mismatch);
  CHECK_THROWS_AS(session.value(w), RunError);
}

TEST_CASE("a variable that is younger than the initializer is said to be") {
  const Graph graph;
  variable(graph, {1.0F});
  const Output initialize = global_variables_initializer(graph);
  const Output late = variable(graph, {2.0F}, {.name = "late"});
  Session session(graph);
  session.run(initialize);
  const auto error = caught<RunError>([&] { session.run(late + 1); });
  CHECK(error.code() == ErrorCode::uninitialized_variable);
  CHECK(error.info().cure.find("the variables that exist when it is made") != std::string::npos);
  session.run(global_variables_initializer(graph));
  CHECK(session.value(late) == Tensor{2.0F});
}

TEST_CASE("a variable can be read and set between the steps of a run, and not inside one") {
  const Graph graph;
  const Output w = variable(graph, {0.0F}, {.name = "w"});
  const Output step = assign_add(w, ones_like(w));
  Session session(graph);
  session.run(global_variables_initializer(graph));
  std::vector<float> seen;
  const auto on_progress = [&](const Progress& progress) {
    seen.push_back(session.value(w).at<float>(0));
    if (progress.step == 2) session.set(w, {100.0F});
  };
  session.run(step, {.steps = 4, .on_progress = on_progress});
  CHECK(seen == std::vector<float>{1, 2, 101, 102});

  const auto reached = [&](double) {
    session.set(w, {0.0F});
    return true;
  };
  const auto error = caught<RunError>(
      [&] { session.run(step, {.until = {.value = reduce_sum(w), .reached = reached}}); });
  CHECK(error.code() == ErrorCode::write_conflict);
  CHECK(session.value(w) == Tensor{103.0F});
}

TEST_CASE("values that are set are neither torn nor lost") {
  for (const int threads : {1, 2, 3, 4, 8}) {
    CAPTURE(threads);
    constexpr std::size_t size = 5000;
    const Graph graph;
    const Output w = variable(zeros(graph, DType::f32, {size}));
    const Output step = assign_add(w, ones_like(w));
    Session session(graph, {.threads = threads});
    session.run(global_variables_initializer(graph));
    std::atomic<int> torn{0};
    on_threads(4, [&](int thread) {
      for (int round = 0; round < 50; ++round) {
        if (thread == 0) session.set(w, Tensor::zeros(DType::f32, {size}));
        if (thread == 1) session.run(step, {.steps = 3});
        const Tensor now = session.value(w);
        for (const float x : now.data<float>()) torn += x != now.at<float>(0);
      }
    });
    CHECK(torn == 0);
    session.set(w, Tensor::zeros(DType::f32, {size}));
    session.run(step);
    CHECK(session.value(w).at<float>(size - 1) == 1);
  }
}

}  // namespace
}  // namespace deft
