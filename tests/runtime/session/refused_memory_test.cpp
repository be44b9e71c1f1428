// Every allocation is refused in turn, from building a graph to fetching: one error, nothing leaks,
// and the next try works.
//
// Part of a program of its own, which replaces operator new. No product here is one that oneDNN
// computes (f32 of matrices), which would have to bear the same.

#include <cstdint>
#include <new>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/counted_new.hpp"
#include "support/samples.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

constexpr std::int64_t stride = sanitized ? 7 : 1;  // between the allocations that are refused

/// A small model with some of everything.
struct Model {
  Graph graph;
  Output x, w, loss, step, initialize, extra;

  Model() {
    const NameScope scope(graph, "model");
    x = placeholder(graph, DType::f64, {Shape::unknown, 3});
    const Output d = constant(graph, sample<double>({5, 1}, 2));
    w = variable(zeros(graph, DType::f64, {3, 1}), {.name = "w"});
    const Output e = matmul(x, w) - d;
    loss = reduce_mean(square(e)) + 0.1 * reduce_max(abs(w));
    {
      const ControlDependencies after(graph, {e});
      step = assign(w, w - 0.01 * gradients(loss, {w}).at(0));
    }
    const Output folded = exp(constant(graph, sample<double>({4}, 1)) * 0.5);
    extra = reduce_sum(folded) + reduce_sum(where(less(w, 0), pow(w, 2), tanh(w))) +
            reduce_sum(pinv(x)) + cast(reduce_sum(cast(transpose(x), DType::f32) * 2), DType::f64);
    initialize = global_variables_initializer(graph);
  }
};

std::vector<Tensor> run(Session& session, const Model& model, const Tensor& batch) {
  session.run(model.initialize);
  session.run(model.step, {{model.x, batch}}, {.steps = 3});
  Profile profile;
  std::vector<Tensor> values =
      session.run({model.w, model.loss, model.extra}, {{model.x, batch}}, {.profile = &profile});
  const Callable again = session.prepare({model.loss}, {model.x});
  values.push_back(again({batch}).at(0));
  return values;
}

/// Calls `attempt` with the n-th allocation refused, for every n until it needs no more, and
/// `check` after each. True if some were refused.
template <class Attempt, class Check>
bool refuse_each(Attempt attempt, Check check) {
  for (std::int64_t n = 1;; n += stride) {
    CAPTURE(n);
    allocations_until_refusal = n;
    try {
      attempt();
    } catch (const Error& error) {
      CAPTURE(std::string(error.what()));
      CHECK(error.code() == ErrorCode::resource_exhausted);
      CHECK(std::string(error.info().where.file).find("ops/src") == std::string::npos);
    } catch (const std::bad_alloc&) {  // of a builder
    }
    const bool refused = allocations_until_refusal.exchange(0) == 0;
    check();
    if (!refused) return n > stride;
  }
}

TEST_CASE("a whole program is refused memory at every place in turn") {
  const Tensor batch = sample<double>({5, 3}, 5);
  for (const int threads : {1, 2}) {
    CAPTURE(threads);
    std::vector<Tensor> expected;
    const auto live = [&] {
      const Model model;
      Session session(model.graph, {.threads = threads});
      expected = run(session, model, batch);
    };
    live();
    live();
    const std::vector<Tensor> once = expected;
    expected.clear();
    const std::int64_t before = living_allocations;
    CHECK(refuse_each(
        [&] {
          std::vector<Tensor> found;
          {
            const Model model;
            Session session(model.graph, {.threads = threads});
            found = run(session, model, batch);
          }
          for (std::size_t i = 0; i < found.size(); ++i) CHECK(bitwise_equal(found[i], once[i]));
        },
        [&] { CHECK(living_allocations == before); }));
  }
}

TEST_CASE("a session that was refused memory goes on") {
  const Tensor batch = sample<double>({5, 3}, 5);
  const Model model;
  Session reference(model.graph, {.threads = 1});
  reference.run(model.initialize);
  reference.run(model.step, {{model.x, batch}});
  const Tensor expected = reference.eval(model.w);
  std::optional<Session> session;
  std::optional<Tensor> before;
  const auto begin = [&] {
    session.emplace(model.graph, SessionOptions{.threads = 2});
    session->run(model.initialize);
  };
  begin();
  CHECK(refuse_each(
      [&] {
        session->run(model.step, {{model.x, batch}});
      },
      [&] {
        const Tensor w = session->eval(model.w);
        const bool stepped = bitwise_equal(w, expected);
        if (!stepped) {
          CHECK(w.data<double>()[0] == 0);
          session->run(model.step, {{model.x, batch}});
          CHECK(bitwise_equal(session->eval(model.w), expected));
        }
        begin();
      }));
}

TEST_CASE("a graph that was refused memory can be built on") {
  const Tensor batch = sample<double>({5, 3}, 5);
  const Graph graph;
  const Output w = variable(graph, batch);
  const Output loss = reduce_sum(square(w));
  CHECK(refuse_each(
      [&] {
        const NameScope scope(graph, "a_scope_with_a_name_that_needs_memory");
        const ControlDependencies after(graph, {});
        static_cast<void>(gradients(loss, {w}));
        static_cast<void>(constant(graph, batch) * 2 + w);
      },
      [&] { CHECK(constant(graph, batch, {.name = "plain"}).name().starts_with("plain")); }));
}

}  // namespace
}  // namespace deft
