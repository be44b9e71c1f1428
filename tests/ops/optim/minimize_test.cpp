#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"

namespace deft {
namespace {

/// A line y = a x + b through four points, in f32.
struct Line {
  Graph graph;
  Output a = variable(graph, Tensor::scalar(0.5F), {.name = "a"});
  Output b = variable(graph, Tensor::scalar(-1.0F), {.name = "b"});
  Output x = placeholder(graph, DType::f32, {Shape::unknown}, {.name = "x"});
  Output loss = reduce_mean(square(a * x + b - (2 * x + 1)));
  Tensor fed{1.0F, -2.0F, 3.0F, 0.5F};

  Session session(int threads = 1) const {
    Session made(graph, {.threads = threads});
    made.run(global_variables_initializer(graph));
    return made;
  }
};

template <class F>
std::string message_of(const F& f) {
  return caught<GraphError>(f).info().message;
}

TEST_CASE("a line is found, and the parameters are those that the loss reaches") {
  Line line;
  const Output idle = variable(line.graph, Tensor::scalar(3.0F), {.name = "idle"});
  const Output frozen = variable(line.graph, Tensor::scalar(3.0F), {.trainable = false});
  const Output behind = variable(line.graph, Tensor::scalar(3.0F), {.name = "behind"});
  const Output loss = line.loss + 0 * frozen + stop_gradient(behind);
  const Training train = minimize(loss, Sgd{.rate = 0.1, .momentum = 0.5});
  CHECK(train.parameters == std::vector<Output>{line.a, line.b});
  CHECK(parameters(loss) == std::vector<Output>{line.a, line.b, behind});
  CHECK(parameters(loss, "b*") == std::vector<Output>{line.b, behind});
  CHECK(parameters(loss, "?") == std::vector<Output>{line.a, line.b});
  Session session = line.session();
  session.run(train, {{line.x, line.fed}}, RunOptions{.steps = 300});
  CHECK(session.value(line.a).item<float>() == doctest::Approx(2));
  CHECK(session.value(line.b).item<float>() == doctest::Approx(1));
  CHECK(session.value(train.count).item<std::int64_t>() == 300);
  CHECK(session.value(global_step(line.graph)).item<std::int64_t>() == 300);
  CHECK(session.value(idle).item<float>() == 3);
  CHECK(session.value(behind).item<float>() == 3);
}

TEST_CASE("slots are named after their variable, and are not trainable") {
  Line line;
  const NameScope elsewhere(line.graph, "elsewhere");
  const Training train = minimize(line.loss, Adam{});
  std::vector<std::string> names;
  for (const Output& slot : train.slots) {
    names.push_back(slot.name());
    CHECK_FALSE(is_trainable(slot));
    CHECK(slot.dtype() == DType::f32);
  }
  CHECK(names == std::vector<std::string>{"a/adam/m", "a/adam/v", "b/adam/m", "b/adam/v"});
  CHECK(train.count.name() == "elsewhere/train/count");
}

TEST_CASE("scalars of a rule are built once, however many variables it changes") {
  const auto count_of = [](int variables, std::string_view op) {
    const Graph graph;
    Output loss = constant(graph, Tensor::scalar(0.0F));
    for (int i = 0; i < variables; ++i)
      loss = loss + reduce_sum(square(variable(graph, Tensor{1.0F, 2.0F})));
    minimize(loss, Adam{.rate = cosine_decay(1e-3, {.steps = 10})});
    int found = 0;
    for (NodeId id = 0; id < graph.num_nodes(); ++id)
      found += graph.node(id).op->name == op ? 1 : 0;
    return found;
  };
  for (const std::string_view op : {"cos", "expm1"}) {
    CHECK(count_of(1, op) > 0);
    CHECK(count_of(5, op) == count_of(1, op));
  }
}

TEST_CASE("bad lists of variables are refused") {
  Line line;
  const Output idle = variable(line.graph, Tensor::scalar(3.0F), {.name = "idle"});
  const Output count = variable(line.graph, Tensor::scalar(3), {.name = "count"});
  const Rule rule = Sgd{.rate = 0.1};
  CHECK(message_of([&] {
          minimize(line.loss, {line.a, idle}, rule);
        }).find("reaches 'idle' (") != std::string::npos);
  CHECK(message_of([&] {
          minimize(line.loss, {line.a, line.b, line.a}, rule);
        }).find("is listed twice") != std::string::npos);
  CHECK(message_of([&] {
          minimize(line.loss, std::vector<Parameters>{{{line.a}, rule}, {{line.a}, rule}});
        }).find("is listed twice") != std::string::npos);
  CHECK(message_of([&] { apply_gradients({line.a}, {line.x}, rule); }).find("'x'") !=
        std::string::npos);
  CHECK_THROWS_AS(minimize(line.loss, {count}, rule), Error);
  CHECK(message_of([&] { minimize(reduce_sum(line.x), rule); }) ==
        "there is no variable to change");
  CHECK(message_of([&] {
          apply_gradients({line.a, line.b}, {line.a}, rule);
        }) == "2 gradients are given for 1 variables");
  CHECK_THROWS_AS(minimize(line.loss, rule, {.accumulate = 0}), GraphError);
  CHECK_THROWS_AS(apply_gradients({line.x}, {line.a}, rule), GraphError);
  CHECK_THROWS_AS(minimize(line.loss, Rule{.rate = 0.1, .direction = {}}), GraphError);
  CHECK_THROWS_AS(minimize(line.loss, rule, {.before = {Transform{}}}), GraphError);
}

TEST_CASE("a gradient that is not finite fails the step, and nothing changes") {
  Line line;
  const Training train = minimize(line.loss, Adam{});
  Session session = line.session();
  session.run(train, {{line.x, line.fed}});
  const Tensor a = session.value(line.a);
  const Tensor m = session.value(train.slots[0]);
  const Error error = caught<RunError>([&] {
    session.run(train, {{line.x, Tensor{1.0F, std::numeric_limits<float>::infinity()}}});
  });
  CHECK(error.code() == ErrorCode::non_finite);
  CHECK(error.info().message.find("the gradient of 'a' (") == 0);
  CHECK(error.info().message.find(" holds a NaN or an infinity") != std::string::npos);
  CHECK(session.value(line.a) == a);
  CHECK(session.value(train.slots[0]) == m);
  CHECK(session.value(train.count).item<std::int64_t>() == 1);
}

TEST_CASE("a step with such a gradient can be skipped, and is counted") {
  Line line;
  const Training train = minimize(line.loss, Adam{}, {.non_finite = NonFinite::skip});
  Session session = line.session();
  session.run(train, {{line.x, line.fed}});
  const Tensor a = session.value(line.a);
  const Tensor v = session.value(train.slots[1]);
  session.run(train, {{line.x, Tensor{std::nanf("")}}});
  CHECK(session.value(line.a) == a);
  CHECK(session.value(train.slots[1]) == v);
  CHECK(session.value(train.count).item<std::int64_t>() == 1);
  CHECK(session.value(train.skipped).item<std::int64_t>() == 1);
  session.run(train, {{line.x, line.fed}});
  CHECK_FALSE(session.value(line.a) == a);
  CHECK(session.value(train.count).item<std::int64_t>() == 2);
}

TEST_CASE("gradients of parts of a batch make the update of the whole") {
  Line whole;
  const Training train = minimize(whole.loss, Adam{.rate = 0.1});
  Session session = whole.session();
  for (int i = 0; i < 3; ++i) session.run(train, {{whole.x, whole.fed}});

  Line parts;
  const Output weight = cast(size(parts.x), DType::f32);
  const Training accumulated =
      minimize(parts.loss, Adam{.rate = 0.1}, {.accumulate = 3, .weight = weight});
  Session other = parts.session();
  for (int i = 0; i < 3; ++i)
    for (const Tensor& part : {Tensor{1.0F}, Tensor{-2.0F, 3.0F}, Tensor{0.5F}})
      other.run(accumulated, {{parts.x, part}});
  for (const auto& [one, two] : {std::pair(whole.a, parts.a), std::pair(whole.b, parts.b)})
    CHECK(other.value(two).item<float>() ==
          doctest::Approx(session.value(one).item<float>()).epsilon(1e-6));
  CHECK(other.value(accumulated.count).item<std::int64_t>() == 3);
  CHECK(other.value(global_step(parts.graph)).item<std::int64_t>() == 9);
}

TEST_CASE("steps of no weight change nothing, and a weight that is no number is skipped") {
  Line line;
  const Output weight = placeholder(line.graph, DType::f32, {});
  const Training train =
      minimize(line.loss, Sgd{.rate = 0.1},
               {.accumulate = 2, .weight = weight, .non_finite = NonFinite::skip});
  Session session = line.session();
  const Tensor a = session.value(line.a);
  const auto run = [&](float of_step) {
    session.run(train, {{line.x, line.fed}, {weight, Tensor::scalar(of_step)}});
  };
  run(0);
  run(0);
  CHECK(session.value(line.a) == a);
  run(std::nanf(""));
  CHECK(session.value(train.skipped).item<std::int64_t>() == 1);
  run(1);
  run(1);
  CHECK_FALSE(session.value(line.a) == a);
  CHECK(std::isfinite(session.value(line.a).item<float>()));
}

TEST_CASE("groups have rules of their own, and two minimizers in a step count once") {
  Line line;
  const Training first = minimize(line.loss, std::vector<Parameters>{{{line.a}, Sgd{.rate = 0.25}},
                                                                     {{line.b}, Sgd{.rate = 0}}});
  const Output c = variable(line.graph, Tensor::scalar(4.0));
  const Training second = minimize(square(c), Sgd{.rate = 0.25}, {.name = "other"});
  Session session = line.session();
  const Tensor a = session.value(line.a);
  session.run({first, second}, {{line.x, line.fed}});
  CHECK_FALSE(session.value(line.a) == a);
  CHECK(session.value(line.b).item<float>() == -1);
  CHECK(session.value(c).item<double>() == 2);
  CHECK(session.value(global_step(line.graph)).item<std::int64_t>() == 1);
}

TEST_CASE("rates can be variables, and rules and transformations one's own") {
  Line line;
  const Output rate = variable(line.graph, Tensor::scalar(0.0), {.trainable = false});
  const Rule rule{.rate = rate,
                  .direction = [](OptimizerScope& scope, const Output& w, const Output& g) {
                    const Output last = scope.slot(w, "mine/last");
                    scope.update(last, g);
                    return g + last;
                  }};
  const Transform doubled = [](OptimizerScope&, const std::vector<Output>& gradients) {
    std::vector<Output> twice;
    for (const Output& gradient : gradients) twice.push_back(2 * gradient);
    return twice;
  };
  const Training train = minimize(line.loss, {line.b}, rule, {.before = {doubled}});
  const Output gradient = gradients(line.loss, {line.b})[0];
  Session session = line.session();
  const auto run = [&] {
    return session.run({gradient, train}, {{line.x, line.fed}})[0].item<float>();
  };
  const float first = run();
  CHECK(session.value(line.b).item<float>() == -1);
  session.set(rate, Tensor::scalar(0.125));
  run();
  CHECK(session.value(line.b).item<float>() == doctest::Approx(-1 - 0.125 * 4 * first));
  const Transform lost = [](OptimizerScope&, const std::vector<Output>&) {
    return std::vector<Output>{};
  };
  CHECK_THROWS_AS(minimize(line.loss, rule, {.before = {lost}}), GraphError);
}

TEST_CASE("norms of gradients are computed in f64, and clipped exactly") {
  const Graph graph;
  const Output w = variable(graph, Tensor{0.0F, 0.0F});
  const Output g = constant(graph, Tensor{3e30F, 4e30F});
  const Training train = apply_gradients({g}, {w}, Sgd{.rate = 1}, {.before = {clip_by_norm(10)}});
  Session session(graph);
  session.run(global_variables_initializer(graph));
  const std::vector<Tensor> values = session.run({train.gradient_norm, train.step});
  CHECK(values[0].item<double>() == doctest::Approx(5e30).epsilon(1e-7));
  CHECK(session.value(w).data<float>()[0] == doctest::Approx(-6));
  CHECK(session.value(w).data<float>()[1] == doctest::Approx(-8));
  CHECK_THROWS_AS(clip_by_global_norm(0), ValueError);
  CHECK_THROWS_AS(clip_by_value(std::nan("")), ValueError);
}

TEST_CASE("moving averages follow the updates") {
  Line line;
  const Training train = minimize(line.loss, Sgd{.rate = 0.1}, {.accumulate = 2});
  const MovingAverage average = moving_average(train, 0.75);
  CHECK(average.averages[0].name() == "a/average");
  Session session = line.session();
  double wanted = 0.5;
  for (int update = 0; update < 5; ++update) {
    session.run(average.training, {{line.x, line.fed}}, RunOptions{.steps = 2});
    wanted = 0.75 * wanted + 0.25 * session.value(line.a).item<float>();
    CHECK(session.value(average.averages[0]).item<float>() == doctest::Approx(wanted));
  }
  CHECK_THROWS_AS(moving_average(train, 1), ValueError);
}

TEST_CASE("the bits of a training do not depend on the number of threads") {
  std::vector<Tensor> first;
  for (const int threads : {1, 2, 3, 4, 8}) {
    const Graph graph;
    const Random random(graph, {.seed = 5});
    const Output w1 =
        variable(random_normal(random.initial(), DType::f32, {40, 64}, {.name = "w1"}));
    const Output w2 =
        variable(random_normal(random.initial(), DType::f32, {64, 1}, {.name = "w2"}));
    const Output x = random_normal(random, DType::f32, {300, 40});
    const Output y = matmul(relu(matmul(x, w1)), w2);
    const Output loss = reduce_mean(square(y - reduce_sum(x, {.axes = {1}, .keep_dims = true})));
    const Training train = minimize(loss, AdamW{}, {.before = {clip_by_global_norm(1)}});
    Session session(graph, {.threads = threads});
    session.run(global_variables_initializer(graph));
    session.run(train, RunOptions{.steps = 20});
    const std::vector<Tensor> made = {session.value(w1), session.value(w2)};
    if (first.empty()) first = made;
    for (std::size_t i = 0; i < made.size(); ++i) CHECK(bitwise_equal(made[i], first[i]));
  }
}

TEST_CASE("numbers of rules out of range are refused") {
  CHECK_THROWS_AS(static_cast<void>(Rule(Adam{.beta1 = 1})), ValueError);
  CHECK_THROWS_AS(static_cast<void>(Rule(Sgd{.rate = 1, .momentum = -0.1})), ValueError);
  CHECK_THROWS_AS(static_cast<void>(Rule(Sgd{.rate = 1, .nesterov = true})), ValueError);
  CHECK_THROWS_AS(static_cast<void>(Rule(RmsProp{.decay = std::nan("")})), ValueError);
  CHECK_THROWS_AS(static_cast<void>(Rule(Lion{.beta2 = 2})), ValueError);
}

}  // namespace
}  // namespace deft
