// Training on several ranks: transactions across them, failures, and meeting again.

#include <barrier>
#include <cstdint>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/collectives/collectives.hpp>
#include <deft/deft.hpp>

#include "runtime/collectives/linear_model.hpp"
#include "runtime/collectives/ranks.hpp"

namespace deft {
namespace {

std::vector<float> weights(const Session& session, const LinearModel& model) {
  return session.value(model.w).to<float>();
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
  const std::vector<float> right = trained_weights(3, 20);
  for (const int threads : {1, 2})
    in_threads(3, [&](const Communicator& group) {
      const LinearModel model = linear_model(group);
      Session session(model.graph, {.threads = threads});
      session.run(global_variables_initializer(model.graph));
      for (int i = 0; i < 20; ++i) session.run(model.training);
      CHECK(weights(session, model) == right);
    });
}

TEST_CASE("each rank may report its progress when it likes, and read its variables then") {
  in_threads(3, [&](const Communicator& group) {
    const LinearModel model = linear_model(group);
    Session session(model.graph);
    session.run(global_variables_initializer(model.graph));
    const Output loss = all_reduce(model.loss, group);
    RunOptions options{.steps = 30};
    std::int64_t reports = 0;
    if (group.rank() != 1) {
      options.progress_every = 1 + group.rank();
      options.on_progress = [&](const Progress& progress) {
        ++reports;
        CHECK(session.eval(model.training.count).item<std::int64_t>() == progress.step);
        CHECK(code_of([&] { session.eval(loss); }) == ErrorCode::write_conflict);
      };
    }
    session.run(model.training, options);
    CHECK(reports == (group.rank() == 1 ? 0 : 30 / (1 + group.rank())));
    CHECK(weights(session, model) == trained_weights(3, 30));
  });
}

TEST_CASE("a callback that throws fails the run of all ranks") {
  in_threads(2, [&](const Communicator& group) {
    const LinearModel model = linear_model(group);
    Session session(model.graph);
    session.run(global_variables_initializer(model.graph));
    RunOptions options{.steps = 100'000};
    if (group.rank() == 1) {
      options.progress_every = 7;
      options.on_progress = [](const Progress&) { throw std::runtime_error("enough"); };
      CHECK_THROWS_WITH_AS(session.run(model.training, options), "enough", std::runtime_error);
    } else {
      CHECK(code_of([&] { session.run(model.training, options); }) == ErrorCode::unavailable);
    }
    session.rejoin(group);
    CHECK(session.value(model.training.count).item<std::int64_t>() == 7);
    CHECK(weights(session, model) == trained_weights(2, 7));
  });
}

TEST_CASE("ranks with parts of a batch learn what one with all of it learns") {
  in_threads(2, [](const Communicator& group) {
    LinearModel model = linear_model(group);
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
    const LinearModel model = linear_model(group);
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
    CHECK(weights(session, model) == trained_weights(3, 4));
  });
}

TEST_CASE("a failure on one rank undoes the step on all") {
  for (const int threads : {1, 2})
    in_threads(3, [&](const Communicator& group) {
      LinearModel model = linear_model(group);
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
      CHECK(weights(session, model) == trained_weights(3, 7));
    });
}

TEST_CASE("a gradient of one rank that is not finite makes all of them skip the update") {
  for (const std::int64_t accumulate : {1, 2})
    in_threads(3, [&](const Communicator& group) {
      const Graph graph;
      const Output w = variable(graph, Tensor::scalar(1.0F), {.name = "w"});
      const Output x = placeholder(graph, DType::f32, {});
      const Training training = minimize(square(w * x), Sgd{.rate = 0.1},
                                         {.before = {all_reduce_mean(group)},
                                          .accumulate = accumulate,
                                          .non_finite = NonFinite::skip});
      Session session(graph);
      session.run(global_variables_initializer(graph));
      const auto step = [&](float value) {
        session.run({training}, {{x, Tensor::scalar(value)}});
        return session.value(w).item<float>();
      };
      const float nan = std::numeric_limits<float>::quiet_NaN();
      for (std::int64_t i = 0; i < accumulate; ++i) step(1);
      const float before = session.value(w).item<float>();
      CHECK(before < 1);
      CHECK(step(group.rank() == 2 ? nan : 1) == before);
      CHECK(session.value(training.skipped).item<std::int64_t>() == 1);
      for (std::int64_t i = 0; i < accumulate; ++i) step(1);
      CHECK(session.value(w).item<float>() < before);
      CHECK(session.value(training.count).item<std::int64_t>() == 2);
    });
}

TEST_CASE("a process that begins anew is given the variables of the others") {
  std::barrier all_have_stepped(3);
  in_threads(3, [&](const Communicator& group) {
    const LinearModel model = linear_model(group);
    std::vector<float> before;
    {
      Session session(model.graph);
      session.run(global_variables_initializer(model.graph));
      session.run(model.training, {.steps = 6});
      before = weights(session, model);
      all_have_stepped.arrive_and_wait();
      if (group.rank() != 1) {
        group.abort();
        session.rejoin(group);
        session.run(model.training, {.steps = 4});
        CHECK(weights(session, model) == trained_weights(3, 10));
        return;
      }
    }
    Session fresh(model.graph);
    CHECK(code_of([&] { fresh.run(model.training); }) != ErrorCode::internal);
    fresh.rejoin(group);
    CHECK(weights(fresh, model) == before);
    fresh.run(model.training, {.steps = 4});
    CHECK(weights(fresh, model) == trained_weights(3, 10));
  });
}

}  // namespace deft
