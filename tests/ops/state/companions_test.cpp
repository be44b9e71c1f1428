#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/ops/companions.hpp>

#include "caught.hpp"

namespace deft {
namespace {

/// A number v, and uses of it that change it by an affine function each when they are trained on.
struct Followed {
  Graph graph;
  Output v = variable(graph, Tensor::scalar(1.0), {.trainable = false, .name = "v"});

  /// x, with the companion v = factor v + x.
  Output use(const Output& x, double factor, const char* name = "use") const {
    const Output y = identity(x, {.name = name});
    companion_assign(y, v, factor * v + x, {.name = "follow"});
    return y;
  }

  Output number(double x) const { return constant(graph, Tensor::scalar(x)); }

  Session session(int threads = 1) const {
    Session made(graph, {.threads = threads});
    made.run(global_variables_initializer(graph));
    return made;
  }

  double value(const Session& session) const { return session.value(v).item<double>(); }
};

TEST_CASE("a companion takes place only where it is asked for") {
  const Followed followed;
  const Output y = followed.use(followed.number(10), 2);
  const Output loss = square(y);
  const std::vector<Output> all = companions({loss});
  REQUIRE(all.size() == 1);
  CHECK(companions({followed.v}).empty());
  CHECK(companions({}).empty());
  Session session = followed.session();
  CHECK(session.run(loss).item<double>() == 100);
  CHECK(followed.value(session) == 1);
  CHECK(session.run(all[0]).item<double>() == 12);
  CHECK(followed.value(session) == 12);
  session.run(all[0], RunOptions{.steps = 2});
  CHECK(followed.value(session) == 2 * (2 * 12 + 10) + 10);
}

TEST_CASE("companions of one variable take place in the order in which they were made") {
  const Followed followed;
  const Output first = followed.use(followed.number(1), 2);
  const Output second = followed.use(followed.number(10), 3);
  const Output third = followed.use(followed.number(100), 5);
  const Output after = (third + first) + second;
  const double wanted = 5 * (3 * (2 * 1.0 + 1) + 10) + 100;
  const std::vector<Output> all = companions({after});
  REQUIRE(all.size() == 1);
  for (const int threads : {1, 2, 3, 4, 8}) {
    Session session = followed.session(threads);
    session.run({all[0], after});
    CHECK(followed.value(session) == wanted);
  }
  CHECK(all[0].node().where.line == companions({first})[0].node().where.line);
  CHECK(all[0].name() == "follow_4");
}

TEST_CASE("an order is built once, and others beside it") {
  const Followed followed;
  const Output first = followed.use(followed.number(1), 2);
  const Output second = followed.use(followed.number(10), 3);
  const Output both = first * second;
  const std::vector<Output> once = companions({both});
  const std::size_t nodes = followed.graph.num_nodes();
  CHECK(companions({both}) == once);
  CHECK(companions({second, first}) == once);
  CHECK(followed.graph.num_nodes() == nodes);
  Session session = followed.session();
  session.run({once[0], companions({first})[0]});
  CHECK(followed.value(session) == 3 * (2 * 1.0 + 1) + 10);
  const RunError error = caught<RunError>([&] { session.run({once[0], companions({second})[0]}); });
  CHECK(error.code() == ErrorCode::write_conflict);
}

TEST_CASE("a companion does without those of uses that the result does not depend on") {
  const Followed followed;
  const Output fed = placeholder(followed.graph, DType::f64, {});
  const Output first = followed.use(fed, 2);
  const Output second = followed.use(followed.number(10), 3);
  Session session = followed.session();
  session.run(companions({second})[0]);
  CHECK(followed.value(session) == 13);
  session.run(companions({first})[0], {{fed, Tensor::scalar(4.0)}});
  CHECK(followed.value(session) == 30);
}

TEST_CASE("a companion that reads nothing of its variable is in order, too") {
  const Followed followed;
  const Output x = followed.number(4);
  companion_assign(x, followed.v, followed.number(5));
  companion_assign(x, followed.v, followed.number(6));
  Session session = followed.session();
  session.run(companions({x})[0]);
  CHECK(followed.value(session) == 6);
}

TEST_CASE("what a companion waits for is repeated with it") {
  const Followed followed;
  const auto use = [&](const Output& x) {
    const Output y = identity(x);
    const Output checked = check_finite({followed.v}, {.what = {"v"}});
    const Output doubled = [&] {
      const ControlDependencies within(followed.graph, {checked});
      return followed.v + x;
    }();
    const ControlDependencies after(followed.graph, {checked});
    companion_assign(y, followed.v, doubled);
    return y;
  };
  const Output infinite = use(followed.number(std::numeric_limits<double>::infinity()));
  const Output finite = use(followed.number(1));
  Session session = followed.session();
  // The first use alone checks v before it changes it, the second what the first has left.
  CHECK_NOTHROW(session.run(companions({infinite})));
  session.set(followed.v, Tensor::scalar(1.0));
  CHECK_THROWS_AS(session.run(companions({infinite + finite})), RunError);
  CHECK(followed.value(session) == 1);
}

TEST_CASE("companions of several variables, one of which reads the other") {
  const Followed followed;
  const Output w = variable(followed.graph, Tensor::scalar(0.0), {.trainable = false});
  const Output y = followed.use(followed.number(10), 2);
  companion_assign(y, w, w + followed.v);
  Session session = followed.session();
  session.run(group(companions({y})));
  CHECK(followed.value(session) == 12);
  CHECK(session.value(w).item<double>() == 1);  // v at the start of the step
}

TEST_CASE("what is not of one graph is refused") {
  const Followed followed;
  const Followed other;
  const int line = __LINE__ + 1;
  const GraphError no_owner =
      caught<GraphError>([&] { companion_assign({}, followed.v, followed.v); });
  CHECK(no_owner.code() == ErrorCode::empty_handle);
  CHECK(no_owner.info().where.line == line + 1);
  const GraphError elsewhere =
      caught<GraphError>([&] { companion_assign(other.v, followed.v, followed.v); });
  CHECK(elsewhere.code() == ErrorCode::wrong_graph);
  CHECK(elsewhere.info().op == "companion_assign");
  CHECK_THROWS_AS(companion_assign(followed.v, followed.number(1), followed.v), GraphError);
  CHECK(caught<GraphError>([&] {
          companions({followed.v, other.v});
        }).code() == ErrorCode::wrong_graph);
  CHECK_THROWS_AS(companions({Output()}), GraphError);
}

}  // namespace
}  // namespace deft
