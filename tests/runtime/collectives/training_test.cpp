// Training on several ranks: transactions across them, failures, and meeting again.

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <doctest/doctest.h>

#include <deft/collectives/collectives.hpp>
#include <deft/deft.hpp>

#include "runtime/collectives/ranks.hpp"

namespace deft {
namespace {

using std::chrono::milliseconds;

/// A linear model of 4 inputs; each rank has rows of its own, equally many.
struct Model {
  Graph graph;
  Output w;
  Output loss;
  Training training;
};

Model model_on(const Communicator& group, std::int64_t rows = 6) {
  Model model;
  std::mt19937 random(static_cast<unsigned>(group.rank()) + 1);
  std::vector<float> x;
  std::vector<float> d;
  for (std::int64_t i = 0; i < rows; ++i) {
    for (int j = 0; j < 4; ++j) x.push_back(static_cast<float>(random()) / 4294967296.0F - 0.5F);
    d.push_back(x[x.size() - 4] - 2 * x[x.size() - 1]);
  }
  const Output xs = reshape(constant(model.graph, Tensor::from(x)), {rows, 4});
  const Output ds = reshape(constant(model.graph, Tensor::from(d)), {rows, 1});
  model.w = variable(model.graph, Tensor::zeros(DType::f32, {4, 1}), {.name = "w"});
  model.loss = reduce_mean(square(matmul(xs, model.w) - ds));
  model.training =
      minimize(model.loss, Adam{.rate = 0.05}, {.before = {all_reduce_mean(group)}});
  return model;
}

std::vector<float> weights(const Session& session, const Model& model) {
  return session.value(model.w).to<float>();
}

/// The weights after so many steps that nothing disturbs.
std::vector<float> undisturbed(int size, std::int64_t steps) {
  std::vector<float> result;
  in_threads(size, [&](const Communicator& group) {
    const Model model = model_on(group);
    Session session(model.graph, {.threads = 1});
    session.run(global_variables_initializer(model.graph));
    session.run(model.training, {.steps = steps});
    if (group.rank() == 0) result = weights(session, model);
  });
  return result;
}

ErrorCode code_of(const std::function<void()>& call, std::string* text = nullptr) {
  try {
    call();
  } catch (const Error& error) {
    if (text != nullptr) *text = error.what();
    return error.code();
  }
  return ErrorCode::internal;
}

}  // namespace

TEST_CASE("all ranks have the same bits, in one run or in many, with one thread or two") {
  const std::vector<float> right = undisturbed(3, 20);
  for (const int threads : {1, 2})
    in_threads(3, [&](const Communicator& group) {
      const Model model = model_on(group);
      Session session(model.graph, {.threads = threads});
      session.run(global_variables_initializer(model.graph));
      for (int i = 0; i < 20; ++i) session.run(model.training);
      CHECK(weights(session, model) == right);
    });
}

TEST_CASE("ranks with parts of a batch learn what one with all of it learns") {
  in_threads(2, [](const Communicator& group) {
    Model model = model_on(group);
    Session session(model.graph);
    session.run(global_variables_initializer(model.graph));
    const Output loss = all_reduce(model.loss, group, Reduce::mean);
    const double before = session.eval(loss).item<float>();
    session.run(model.training, {.steps = 200});
    CHECK(session.eval(loss).item<float>() < before / 50);
  });
}

TEST_CASE("ranks that are about to do different things are told so, and can go on") {
  in_threads(3, [](const Communicator& group) {
    const bool odd = group.rank() == 1;
    const Model model = model_on(group);
    Session session(model.graph);
    session.run(global_variables_initializer(model.graph));
    std::string text;
    CHECK(code_of([&] { session.run(model.training, {.steps = odd ? 5 : 4}); }, &text) ==
          ErrorCode::ranks_differ);
    CHECK(text.find("rank 1 is about to do so many steps: 5, rank 0 4") != std::string::npos);
    CHECK(
        code_of(
            [&] { session.run(odd ? all_reduce(model.w, group) : all_reduce(model.loss, group)); },
            &text) == ErrorCode::ranks_differ);
    CHECK(text.find("rank 1 is about to compute something else") != std::string::npos);
    if (odd) session.set(model.w, Tensor::from(std::vector<float>{1, 1, 1, 1}).reshaped({4, 1}));
    CHECK(code_of([&] { session.run(model.training); }, &text) == ErrorCode::ranks_differ);
    CHECK(text.find("rank 1 has other values of the variables") != std::string::npos);
    CHECK(group.is_connected());
    session.rejoin(group);
    CHECK(weights(session, model) == std::vector<float>(4, 0));
    session.run(model.training, {.steps = 4});
    CHECK(weights(session, model) == undisturbed(3, 4));
  });
}

TEST_CASE("a failure on one rank undoes the step on all") {
  for (const int threads : {1, 2})
    in_threads(3, [&](const Communicator& group) {
      Model model = model_on(group);
      const Output gate = placeholder(model.graph, DType::f32, {});
      const Output step =
          deft::group({model.training.step, check_finite({log(gate)}, {.what = {"the gate"}})});
      Session session(model.graph, {.threads = threads});
      session.run(global_variables_initializer(model.graph));
      session.run(step, {{gate, Tensor::scalar(1.0F)}}, {.steps = 3});
      const std::vector<float> before = weights(session, model);
      const bool fails = group.rank() == 2;
      std::string text;
      const ErrorCode code = code_of(
          [&] {
            session.run(step, {{gate, Tensor::scalar(fails ? -1.0F : 1.0F)}}, {.steps = 3});
          },
          &text);
      CHECK(code == (fails ? ErrorCode::non_finite : ErrorCode::unavailable));
      CHECK(weights(session, model) == before);
      session.rejoin(group);
      CHECK(weights(session, model) == before);
      session.run(step, {{gate, Tensor::scalar(1.0F)}}, {.steps = 4});
      CHECK(weights(session, model) == undisturbed(3, 7));
    });
}

}  // namespace deft
