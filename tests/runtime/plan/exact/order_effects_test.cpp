#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/plans/plan_text.hpp"

namespace deft {
namespace {

struct Bench {
  Graph graph;
  Output w = variable(zeros(graph, DType::f32, {4}), {.name = "w"});
  Output v = variable(zeros(graph, DType::f32, {4}), {.name = "v"});

  Lines before(const Output& fetch) const {
    return Drafting(graph, {fetch}).through({collect, prune, infer_shapes}).text();
  }
  Lines after(const Output& fetch) const {
    return Drafting(graph, {fetch}).through({collect, prune, infer_shapes, order_effects}).text();
  }
  /// What each variable is read as, and what it becomes: "w: w -> step".
  Lines variables(const Output& fetch) const {
    Drafting drafting(graph, {fetch});
    drafting.through({collect, prune, infer_shapes, order_effects});
    const Draft& draft = drafting.draft();
    Lines lines;
    for (const PlanVariable& variable : draft.variables) {
      std::string line = graph.node(variable.node).name();
      for (std::size_t at = 0; at < draft.order.size(); ++at)
        if (draft.first_value[at] == variable.final && !draft.node(at).outputs.empty())
          line += " becomes " + draft.node(at).name();
      lines.push_back(line);
    }
    return lines;
  }
};

TEST_CASE("a read that waits for an assign gets what it wrote") {
  const Bench t;
  const Output step = assign_add(t.w, t.v, {.name = "step"});
  const Output read = exp(t.w, {.name = "read"});
  t.graph.add_control_dependency(step, read);
  CHECK(t.before(read) == Lines{"w = variable()", "v = variable()", "step = assign_add(w, v)",
                                "read = exp(w) after step"});
  CHECK(t.after(read) == Lines{"w = variable()", "v = variable()", "step = assign_add(w, v)",
                               "read = exp(step) after step"});
  CHECK(t.variables(read) == Lines{"w becomes step", "v"});
}

TEST_CASE("so does a read by an operation that reads the assign or what depends on it") {
  const Bench t;
  const Output step = assign_add(t.w, t.v, {.name = "step"});
  const Output far = mul(exp(step, {.name = "near"}), t.w, {.name = "far"});
  CHECK(t.before(far) == Lines{"w = variable()", "v = variable()", "step = assign_add(w, v)",
                               "near = exp(step)", "far = mul(near, w)"});
  CHECK(t.after(far) == Lines{"w = variable()", "v = variable()", "step = assign_add(w, v)",
                              "near = exp(step)", "far = mul(near, step)"});
}

TEST_CASE("of two assigns the second reads what the first wrote, and its own remains") {
  const Bench t;
  const Output first = assign_add(t.w, t.v, {.name = "first"});
  const Output second = assign_sub(t.w, t.v, {.name = "second"});
  t.graph.add_control_dependency(first, second);
  const Output read = add(second, t.w, {.name = "read"});
  CHECK(t.before(read) == Lines{"w = variable()", "v = variable()", "first = assign_add(w, v)",
                                "second = assign_sub(w, v) after first", "read = add(second, w)"});
  CHECK(t.after(read) == Lines{"w = variable()", "v = variable()", "first = assign_add(w, v)",
                               "second = assign_sub(first, v) after first",
                               "read = add(second, second)"});
  CHECK(t.variables(read) == Lines{"w becomes second", "v"});
}

TEST_CASE("a read that waits for no assign of its variable stays one of the start of the step") {
  const Bench t;
  const Output to_w = assign_add(t.w, t.v, {.name = "to_w"});
  const Output to_v = assign_add(t.v, t.w, {.name = "to_v"});
  const Output read = exp(t.w, {.name = "read"});
  const Output all = group({to_w, to_v, read}, {.name = "all"});
  const Lines expected{"w = variable()",          "v = variable()",
                       "to_w = assign_add(w, v)", "to_v = assign_add(v, w)",
                       "read = exp(w)",           "all = no_op() after to_w, to_v, read"};
  CHECK(t.before(all) == expected);
  CHECK(t.after(all) == expected);
  CHECK(t.variables(all) == Lines{"w becomes to_w", "v becomes to_v"});
}

TEST_CASE("a read of one variable does not follow the assigns of another") {
  const Bench t;
  const Output step = assign_add(t.w, t.w, {.name = "step"});
  const Output read = exp(t.v, {.name = "read"});
  t.graph.add_control_dependency(step, read);
  const Lines expected{"v = variable()", "w = variable()", "step = assign_add(w, w)",
                       "read = exp(v) after step"};
  CHECK(t.before(read) == expected);
  CHECK(t.after(read) == expected);
}

TEST_CASE("assigns are followed by the hundred") {
  const Graph graph;
  constexpr std::size_t count = 150;
  std::vector<Output> variables;
  for (std::size_t i = 0; i < count; ++i)
    variables.push_back(variable(graph, Tensor::scalar(float(i)), {.name = "w"}));
  Output before;
  for (int turn = 0; turn < 2; ++turn)
    for (std::size_t i = 0; i < count; ++i) {
      const Output step = assign_add(variables[i], ones(graph, DType::f32, {}));
      if (!before.is_empty()) graph.add_control_dependency(before, step);
      before = step;
    }
  std::vector<Output> reads;
  for (const Output& w : variables) {
    reads.push_back(neg(w));
    graph.add_control_dependency(before, reads.back());
    reads.push_back(exp(w));  // waits for nothing
  }
  Session session(graph, {.threads = 2});
  session.run(global_variables_initializer(graph));
  const std::vector<Tensor> values = session.run(reads);
  for (std::size_t i = 0; i < count; ++i) {
    CHECK(values[2 * i].item<float>() == -2.0F - float(i));
    CHECK(values[2 * i + 1] == session.run(exp(constant(graph, Tensor::scalar(float(i))))));
    CHECK(session.eval(variables[i]).item<float>() == 2.0F + float(i));
  }
}

}  // namespace
}  // namespace deft
