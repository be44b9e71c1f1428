#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "fused/fused_kernel.hpp"
#include "fused/x86/code_generator.hpp"
#include <deft/deft.hpp>

#include "support/ops/element_functions.hpp"
#include "support/ops/user_ops.hpp"
#include "support/plans/step_text.hpp"

namespace deft {
namespace {

const Optimizations fuse_only = only([](Optimizations& o) { o.fuse = true; });
const Optimizations all;

/// The article's model: a regression by gradient descent, as written.
struct Regression {
  explicit Regression(std::int64_t rows, std::int64_t features)
      : w(variable(zeros(graph, DType::f32, {features, 1}))) {
    const Output x = constant(graph, Tensor::zeros(DType::f32, {rows, features}));
    std::vector<float> target(static_cast<std::size_t>(rows), 1.0F);
    target.front() = 2.0F;
    const Output d = constant(graph, Tensor::from<float>({rows, 1}, target));
    const Output e = matmul(x, w) - d;
    mse = reduce_mean(square(e));
    train = assign(w, w - 0.1 * gradients(mse, {w}).at(0));
    by_hand = assign(w, w - (0.2 / static_cast<double>(rows)) * matmul(transpose(x), e));
  }
  Graph graph;
  Output w;
  Output mse;
  Output train;
  Output by_hand;
};

TEST_CASE("a step of a regression goes once over its data, whoever wrote the gradient") {
  for (const std::int64_t features : {2, 8, 100, 1000}) {
    CAPTURE(features);
    const Regression r(5000, features);
    Optimizations apart = all;
    apart.fuse = false;
    CHECK(step_of(r.graph, {r.train}, apart) ==
          Step{"matmul", "sub", "mul", "matmul", "mul", "sub"});
    CHECK(step_of(r.graph, {r.by_hand}, apart) == Step{"matmul", "sub", "matmul", "mul", "sub"});
    CHECK(step_of(r.graph, {r.train}, all) == Step{"fused(matmul, sub, mul, matmul, mul, sub)"});
    CHECK(step_of(r.graph, {r.by_hand}, all) == Step{"fused(matmul, sub, matmul, mul, sub)"});
  }
}

TEST_CASE("so does a step on fed data, however many rows they may have") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown, 2});
  const Output d = placeholder(graph, DType::f32, {Shape::unknown, 1});
  const Output w = variable(zeros(graph, DType::f32, {2, 1}));
  const Output loss = reduce_mean(square(matmul(x, w) - d));
  const Output train = assign(w, w - 0.1 * gradients(loss, {w}).at(0));
  const Feeds feeds{{x, Tensor::zeros(DType::f32, {5000, 2})},
                    {d, Tensor::zeros(DType::f32, {5000, 1})}};
  CHECK(step_of(graph, {train}, all, feeds) == Step{"fused(matmul, sub, mul, matmul, mul, sub)"});
}

TEST_CASE("a reduction of one element is a renaming, whatever its own kernel would do") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {3000}, {.name = "x"});
  const Output y = add_node(user::total, std::vector{square(reduce_sum(x))}, {}, {}) * 2;
  const Feeds feeds{{x, Tensor::from<float>({3000}, std::vector<float>(3000, 1.0F))}};
  CHECK(step_of(graph, {y}, all, feeds) == Step{"fused(reduce_sum, square, mul)"});
  for (const int threads : {1, 2, 4}) {
    Session session(graph, {.threads = threads});
    CHECK(session.eval(y, feeds).item<float>() == 18e6F);
  }
}

TEST_CASE("the loss joins the pass, if it is asked for") {
  const Regression r(5000, 2);
  CHECK(step_of(r.graph, {r.train, r.mse}, all) ==
        Step{"fused(matmul, sub, square, reduce_mean, mul, matmul, mul, sub)"});
}

TEST_CASE("the fused operation names the user's lines") {
  const Regression r(5000, 2);
  Session session(r.graph, {.threads = 1});
  const Explanation explanation = session.explain(r.train);
  for (const Explanation::Operation& operation : explanation.operations)
    for (const Explanation::Part& part : operation.parts)
      CHECK(std::string(part.where.file).ends_with("fuse_test.cpp"));
  const std::string text = to_string(explanation);
  CHECK(text.find("Fused, each goes once over its rows:") != std::string::npos);
}

struct Elements {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {3000});
  Output y = placeholder(graph, DType::f32, {3000});
  Feeds feeds{{x, Tensor::zeros(DType::f32, {3000})}, {y, Tensor::zeros(DType::f32, {3000})}};

  Step before(const std::vector<Output>& fetches) const {
    return step_of(graph, fetches, Optimizations::none(), feeds);
  }
  Step step(const std::vector<Output>& fetches) const {
    return step_of(graph, fetches, fuse_only, feeds);
  }
};

TEST_CASE("what waits for a number of the step is one with what is kept beside it") {
  const Elements e;
  const Output count = variable(e.graph, Tensor::scalar(1.0F));
  const Output kept = variable(zeros(e.graph, DType::f32, {3000}));
  const Output sum = e.x + e.y;
  const Output w = variable(zeros(e.graph, DType::f32, {3000}));
  const Step step =
      e.step({assign(kept, sum), assign(w, sum / sqrt(count + 1)), reduce_sum(e.x * 0)});
  CHECK(step == Step{"add", "sqrt", "fused(add, div, mul, reduce_sum)"});
}

TEST_CASE("a chain of elementwise operations and the reductions at its end are one") {
  const Elements t;
  const Output z = tanh(t.x * 2 + 1);
  CHECK(t.before({z, reduce_sum(z), reduce_max(z)}) ==
        Step{"mul", "add", "tanh", "reduce_sum", "reduce_max"});
  CHECK(t.step({z}) == Step{"fused(mul, add, tanh)"});
  CHECK(t.step({reduce_sum(z), reduce_max(z)}) ==
        Step{"fused(mul, add, tanh, reduce_sum, reduce_max)"});
}

TEST_CASE("what has nothing in common is not joined") {
  const Elements t;
  CHECK(t.step({exp(t.x), exp(t.y)}) == Step{"exp", "exp"});
  CHECK(t.step({exp(t.x), tanh(t.x)}) == Step{"fused(exp, tanh)"});
}

TEST_CASE("what needs a whole result waits for it") {
  const Elements t;
  const Output centred = t.x - reduce_mean(t.x);
  CHECK(t.step({square(centred)}) == Step{"reduce_mean", "fused(sub, square)"});
}

TEST_CASE("an update joins the sums that it waits for, unless something else comes as late") {
  const Elements t;
  const Output few = placeholder(t.graph, DType::f32, {10});
  const Output other = placeholder(t.graph, DType::f32, {2000});
  const Feeds feeds{{t.x, Tensor::zeros(DType::f32, {3000})},
                    {few, Tensor::zeros(DType::f32, {10})},
                    {other, Tensor::zeros(DType::f32, {2000})}};
  const Output sum = reduce_sum(exp(t.x));
  const Output scaled = few * sum;
  CHECK(step_of(t.graph, {scaled}, fuse_only, feeds) == Step{"fused(exp, reduce_sum, mul)"});
  const Output twice = scaled * reduce_sum(scaled);  // a second sum has rows of its own
  CHECK(step_of(t.graph, {twice}, fuse_only, feeds) ==
        Step{"fused(exp, reduce_sum)", "fused(mul, reduce_sum, mul)"});
  const Output late = reduce_sum(tanh(other));
  const Step both = step_of(t.graph, {scaled * late}, fuse_only, feeds);
  CHECK(both.size() == 3);
  const Output alone = matmul(reshape(scaled, {1, 10}), reshape(scaled, {10, 1}));  // no group's
  CHECK(step_of(t.graph, {reshape(alone, {}) * sum}, fuse_only, feeds) ==
        Step{"fused(exp, reduce_sum, mul)", "matmul", "mul"});
  const Output large = t.y * sum;
  CHECK(step_of(t.graph, {large}, fuse_only, t.feeds) == Step{"fused(exp, reduce_sum)", "mul"});
}

TEST_CASE("an update may be of any number of parameters") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {3000});
  const Output rate = variable(graph, Tensor::scalar(0.5F));
  std::vector<Output> updated;
  for (int i = 0; i < 50; ++i) {
    const Output parameter = variable(graph, Tensor::scalar(1.0F));
    updated.push_back(parameter - rate * reduce_sum(x * i));
  }
  Session session(graph, {.threads = 1});
  session.run(global_variables_initializer(graph));
  const Feeds feeds{{x, Tensor::from<float>({3000}, std::vector<float>(3000, 1.0F))}};
  CHECK(session.explain(updated, feeds).operations.size() == 1);
  const std::vector<Tensor> values = session.run(updated, feeds);
  for (int i = 0; i < 50; ++i)
    CHECK(values[static_cast<std::size_t>(i)].item<float>() == 1 - 1500.0F * static_cast<float>(i));
}

/// Whether machine code can be made here.
bool generates_code() {
  const FusedProgram::Step twice{{MapForm{&elements::add}}, {{}, {}}, {DType::f32, {}}, 0};
  FusedProgram program;
  program.rows = 1;
  program.inputs.push_back({{DType::f32, {}}});
  program.steps.push_back(twice);
  program.num_outputs = 1;
  CodeGenerator generator;
  return generated_kernel(program, generator).has_value();
}

/// A chain of operations on single elements, by turns `*` and `+`.
struct Chain {
  explicit Chain(int length) {
    Output y = x;
    for (int i = 0; i < length; ++i) y = i % 2 == 0 ? y * x : y + x;
    end = y;
  }
  Step step(const Optimizations& optimizations) const {
    return step_of(graph, {end}, optimizations, {{x, Tensor::scalar(0.1F)}});
  }

  Graph graph;
  Output x = placeholder(graph, DType::f32, {});
  Output end;
};

TEST_CASE("many operations on single elements become one where code can be made for them") {
  const Chain eight(8);
  const Step apart{"mul", "add", "mul", "add", "mul", "add", "mul", "add"};
  const Step together{"fused(mul, add, mul, add, mul, add, mul, add)"};
  CHECK(eight.step(Optimizations::none()) == apart);
  CHECK(eight.step(fuse_only) == apart);  // without generated code
  CHECK(eight.step(all) == (generates_code() ? together : apart));
  CHECK(Chain(210).step(all).size() == (generates_code() ? 1 : 210));
}

TEST_CASE("few operations on single elements stay apart: to call them costs less than a group") {
  const Step apart{"mul", "add", "mul", "add", "mul", "add", "mul"};
  CHECK(Chain(7).step(Optimizations::none()) == apart);
  CHECK(Chain(7).step(all) == apart);
}

TEST_CASE("no group waits for itself through an operation that is not part of it") {
  const Elements t;
  const Output a = exp(t.x);
  const Output sorted = matmul(reshape(a, {1, 3000}), reshape(a, {3000, 1}));  // needs all of a
  const Output b = a * reshape(sorted, {});
  const Step step = t.step({b});
  CHECK(step.size() == 3);
}

TEST_CASE("no group waits for itself through a source that waits for an operation") {
  const Elements t;
  const Output a = exp(t.x);
  const Output product = matmul(reshape(a, {1, 3000}), reshape(a, {3000, 1}));  // needs all of a
  const Output b = t.x + t.y;  // could go with a, were it not for this:
  t.graph.add_control_dependency(product, t.y);
  CHECK(t.step({product, b}) == Step{"exp", "matmul", "add"});
}

TEST_CASE("operations that depend on numbers computed late join those that read their results") {
  const Elements t;
  const Output scale = reduce_sum(t.y);
  const Output early = t.x + 1;  // could be done before scale is known, but nobody wants it then
  CHECK(t.step({early * scale}) == Step{"reduce_sum", "fused(add, mul)"});
}

}  // namespace
}  // namespace deft
