#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/nn/normalization.hpp>
#include <deft/ops/companions.hpp>

#include "caught.hpp"
#include "support/samples.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// Two units that are scaled by w and normalised; momentum 1 / 2.
struct Normed {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {Shape::unknown, 2}, {.name = "x"});
  Output w = variable(graph, Tensor{1.0F, 1.0F}, {.name = "w"});
  BatchNorm norm = BatchNorm(graph, 2, {.momentum = 0.5});

  Output loss(const Output& of) const {
    const Output y = norm(of * w, Mode::train);
    return reduce_mean(square(y) * Tensor{1.0F, 3.0F} + y * of);
  }

  Session session(int threads = 1) const {
    Session made(graph, {.threads = threads});
    made.run(global_variables_initializer(graph));
    return made;
  }

  Tensor mean(const Session& session) const { return session.value(norm.moving_mean); }
  Tensor variance(const Session& session) const { return session.value(norm.moving_variance); }
};

// Of mean {2, 0} and unbiased variance {2, 2}.
const Tensor& batch() {
  static const Tensor values{{1.0F, 1.0F}, {3.0F, -1.0F}};
  return values;
}

TEST_CASE("a step moves the statistics, and evaluating the loss does not") {
  const Normed normed;
  const Output loss = normed.loss(normed.x);
  const Output evaluated = reduce_sum(normed.norm(normed.x, Mode::evaluate));
  const Training train = minimize(loss, Sgd{.rate = 0});
  CHECK(train.parameters == std::vector<Output>{normed.norm.scale, normed.norm.shift, normed.w});
  Session session = normed.session();
  session.run({loss, evaluated, train.gradient_norm}, {{normed.x, batch()}});
  CHECK(normed.mean(session) == Tensor{0.0F, 0.0F});
  session.run(train, {{normed.x, batch()}});
  CHECK(normed.mean(session) == Tensor{1.0F, 0.0F});
  CHECK(normed.variance(session) == Tensor{1.5F, 1.5F});
  session.run(train, {{normed.x, batch()}}, RunOptions{.steps = 2});
  CHECK(normed.mean(session) == Tensor{1.75F, 0.0F});
}

TEST_CASE("a step and an evaluation in one run see the statistics from before") {
  const Normed normed;
  const Training train = minimize(normed.loss(normed.x), Sgd{.rate = 0.1});
  const Output evaluated = normed.norm(normed.x, Mode::evaluate);
  Session session = normed.session();
  const Tensor before = session.run(evaluated, {{normed.x, batch()}});
  CHECK(session.run({train, evaluated}, {{normed.x, batch()}})[1] == before);
  CHECK_FALSE(session.run(evaluated, {{normed.x, batch()}}) == before);
}

TEST_CASE("every call that the loss depends on counts, in order") {
  for (const bool merged : {false, true}) {
    const Normed normed;
    const Output other = placeholder(normed.graph, DType::f32, {Shape::unknown, 2});
    const Output first = normed.loss(normed.x);
    const Output loss = first + normed.loss(merged ? normed.x : other);
    normed.loss(placeholder(normed.graph, DType::f32, {2, 2}));  // which is of no concern
    const Training train = minimize(loss, Sgd{.rate = 0});
    const Tensor shifted{{5.0F, 2.0F}, {7.0F, 4.0F}};  // of mean {6, 3}
    for (const int threads : {1, 2, 3, 4, 8}) {
      Session session = normed.session(threads);
      if (merged)
        session.run(train, {{normed.x, batch()}});
      else
        session.run(train, {{normed.x, batch()}, {other, shifted}});
      CHECK(normed.mean(session) == (merged ? Tensor{1.5F, 0.0F} : Tensor{3.5F, 1.5F}));
      CHECK(normed.variance(session) == Tensor{1.75F, 1.75F});
    }
  }
}

TEST_CASE("a loss does without the data of other losses over the same layer") {
  const Normed normed;
  const Output other = placeholder(normed.graph, DType::f32, {Shape::unknown, 2});
  const Training first = minimize(normed.loss(normed.x), Sgd{.rate = 0});
  const Training second = minimize(normed.loss(other), Sgd{.rate = 0}, {.name = "second"});
  Session session = normed.session();
  session.run(second, {{other, batch()}});
  CHECK(normed.mean(session) == Tensor{1.0F, 0.0F});
  session.run(first, {{normed.x, batch()}});
  CHECK(normed.mean(session) == Tensor{1.5F, 0.0F});
}

TEST_CASE("two minimizers of one loss in a run count its batch once") {
  const Normed normed;
  const Output first = normed.loss(normed.x);
  const Output loss = first + normed.loss(2 * normed.x);
  const Training scale = minimize(loss, {normed.norm.scale}, Sgd{.rate = 0.1});
  const Training others = minimize(
      loss, std::vector<Parameters>{{{normed.norm.shift, normed.w}, Adam{}}}, {.name = "others"});
  Session session = normed.session();
  session.run({scale, others}, {{normed.x, batch()}});
  CHECK(normed.mean(session) == Tensor{2.5F, 0.0F});
}

TEST_CASE("steps that accumulate count, each of them") {
  const Normed normed;
  const Training train = minimize(normed.loss(normed.x), Sgd{.rate = 0.1}, {.accumulate = 3});
  Session session = normed.session();
  session.run(train, {{normed.x, batch()}}, RunOptions{.steps = 2});
  CHECK(session.value(train.count).item<std::int64_t>() == 0);
  CHECK(normed.mean(session) == Tensor{1.5F, 0.0F});
}

TEST_CASE("a step that is skipped leaves statistics that can be used") {
  const Normed normed;
  const Training train =
      minimize(normed.loss(normed.x), Sgd{.rate = 0}, {.non_finite = NonFinite::skip});
  Session session = normed.session();
  session.run(train, {{normed.x, batch()}});
  session.run(train, {{normed.x, Tensor{{1.0F, infinity}, {3.0F, 0.0F}}}});
  CHECK(session.value(train.skipped).item<std::int64_t>() == 1);
  CHECK(normed.mean(session) == Tensor{1.5F, 0.0F});
  CHECK(normed.variance(session) == Tensor{1.75F, 1.5F});
  session.run(train, {{normed.x, batch()}});
  CHECK(normed.mean(session) == Tensor{1.75F, 0.0F});
}

TEST_CASE("a step that fails undoes the statistics") {
  const Normed normed;
  const Training train = minimize(normed.loss(normed.x), Sgd{.rate = 0});
  Session session = normed.session();
  session.run(train, {{normed.x, batch()}});
  CHECK(caught<RunError>([&] {
          session.run(train, {{normed.x, Tensor{{1.0F, infinity}, {3.0F, 0.0F}}}});
        }).code() == ErrorCode::non_finite);
  CHECK(normed.mean(session) == Tensor{1.0F, 0.0F});
  CHECK(normed.variance(session) == Tensor{1.5F, 1.5F});
}

TEST_CASE("gradients that are given have their companions beside them") {
  const Normed normed;
  const Output loss = normed.loss(normed.x);
  const Training train = apply_gradients(gradients(loss, {normed.w}), {normed.w}, Sgd{.rate = 0.1});
  Session session = normed.session();
  session.run(train, {{normed.x, batch()}});
  CHECK(normed.mean(session) == Tensor{0.0F, 0.0F});
  const Tensor w = session.value(normed.w);
  session.run(group({train.step, group(companions({loss}))}), {{normed.x, batch()}});
  CHECK_FALSE(normed.mean(session) == Tensor{0.0F, 0.0F});
  CHECK_FALSE(session.value(normed.w) == w);
}

TEST_CASE("a checkpoint holds the statistics") {
  const TempFolder folder;
  const std::string path = folder / "last.safetensors";
  const Normed normed;
  const Training train = minimize(normed.loss(normed.x), Adam{});
  Session session = normed.session();
  session.run(train, {{normed.x, batch()}}, RunOptions{.steps = 3});
  save(session, path);
  session.run(train, {{normed.x, batch()}}, RunOptions{.steps = 2});
  Session other(normed.graph);
  restore(other, path);
  other.run(train, {{normed.x, batch()}}, RunOptions{.steps = 2});
  CHECK(normed.mean(other) == normed.mean(session));
  CHECK(normed.variance(other) == normed.variance(session));
  CHECK(other.value(normed.w) == session.value(normed.w));
}

TEST_CASE("no pass and no number of threads changes the statistics") {
  std::vector<Tensor> wanted;
  const std::vector<Optimizations> choices = {{false, false, false, false, false},
                                              {true, true, true, false, false},
                                              {false, false, true, true, false},
                                              {}};
  for (const Optimizations& enabled : choices)
    for (const int threads : {1, 2, 3, 4, 8}) {
      const Graph graph;
      const Random random(graph, {.seed = 5});
      const Output x = random_normal(random, DType::f32, {64, 5, 8});
      const Dense dense(random, 8, 16);
      const BatchNorm norm(graph, 16);
      const auto twice = [&](const Output& of) {
        return norm(relu(norm(of, Mode::train)), Mode::train);
      };
      const Output one = twice(dense(x));
      const Output loss = reduce_mean(square(one - twice(2 * dense(x))) + one);
      const Training train = minimize(loss, Adam{});
      Session session(graph, {.threads = threads, .optimizations = enabled});
      session.run(global_variables_initializer(graph));
      session.run(train, RunOptions{.steps = 5});
      const std::vector<Tensor> made = {session.value(norm.moving_mean),
                                        session.value(norm.moving_variance),
                                        session.value(dense.weight)};
      if (wanted.empty()) wanted = made;
      for (std::size_t i = 0; i < made.size(); ++i) CHECK(bitwise_equal(made[i], wanted[i]));
    }
}

}  // namespace
}  // namespace deft
