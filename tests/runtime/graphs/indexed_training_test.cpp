// Gathered rows, labels and scattered gradients in the steps of a session: what may be overwritten
// in place, what any number of threads computes, what a bad index leaves behind.

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

/// A table of rows that is trained: those named by the indices come closer to 1.
struct Embedding {
  Graph graph;
  Output indices = placeholder(graph, DType::i64, {Shape::unknown}, {.name = "indices"});
  Output table = variable(graph, sample<float>({300, 64}, 3), {.name = "table"});
  Output rows = gather(table, indices, {.name = "rows"});
  Output loss = reduce_sum(square(rows - 1));
  Output step = assign(table, table - 0.01 * gradient(loss, table));
};

TEST_CASE("a table is trained to the same bytes by any number of threads") {
  Tensor expected;
  for (const int threads : {1, 2, 3, 4, 8}) {
    CAPTURE(threads);
    const Embedding model;
    Session session(model.graph, {.threads = threads});
    session.run(global_variables_initializer(model.graph));
    session.run(model.step, {{model.indices, sample_indices<std::int64_t>({20000}, 300)}},
                {.steps = 5});
    const Tensor table = session.value(model.table);
    if (threads == 1) expected = table;
    CHECK(bitwise_equal(table, expected));
  }
}

TEST_CASE("the gradient of a gather is what a loop adds up") {
  const Embedding model;
  Session session(model.graph);
  session.run(global_variables_initializer(model.graph));
  const Tensor indices = sample_indices<std::int64_t>({5000}, 300);
  const Tensor table = session.value(model.table);
  const Tensor grad =
      session.run({gradient(model.loss, model.table)}, {{model.indices, indices}})[0];
  std::vector<float> expected(300 * 64, 0);
  for (const std::int64_t index : indices.data<std::int64_t>())
    for (std::size_t i = 0; i < 64; ++i) {
      const std::size_t at = static_cast<std::size_t>(index) * 64 + i;
      expected[at] += 2 * (table.data<float>()[at] - 1);
    }
  CHECK(grad == Tensor::from<float>({300, 64}, expected));
}

TEST_CASE("a bad index fails the step, which leaves the table as it was") {
  const Embedding model;
  Session session(model.graph, {.threads = 2});
  session.run(global_variables_initializer(model.graph));
  const Tensor before = session.value(model.table);
  Tensor indices = sample_indices<std::int64_t>({20000}, 300);
  indices.mutable_data<std::int64_t>()[19000] = 300;
  indices.mutable_data<std::int64_t>()[7] = -1;
  const auto error = caught<RunError>([&] { session.run(model.step, {{model.indices, indices}}); });
  CHECK(error.code() == ErrorCode::numeric);
  CHECK(error.info().message == "the index -1 at [7] is outside [0, 300)");
  CHECK(error.info().op == "gather");
  CHECK(error.info().node == "rows");
  CHECK(error.info().operands == "f32[300, 64], i64[?]");
  CHECK(bitwise_equal(session.value(model.table), before));
}

TEST_CASE("what is added to is not overwritten where something else reads it") {
  const Graph graph;
  const Output x = variable(graph, Tensor{1.0F, 2.0F, 3.0F});
  const Output indices = constant(graph, Tensor{2, 0, 2});
  const Output doubled = x * 2;
  const Output with_itself = scatter_add(doubled, indices, doubled);
  const Output along_itself = add_along_axis(with_itself, indices, with_itself, 0);
  Session session(graph);
  session.run(global_variables_initializer(graph));
  const auto [a, b, c] = session.run(doubled, with_itself, along_itself);
  CHECK(a == Tensor{2.0F, 4.0F, 6.0F});
  CHECK(b == Tensor{6.0F, 4.0F, 14.0F});
  CHECK(c == Tensor{10.0F, 4.0F, 34.0F});
  CHECK(session.run(along_itself) == c);
}

TEST_CASE("labels are picked from logits, and unknown dimensions go through") {
  const Graph graph;
  const Output logits = placeholder(graph, DType::f64, {Shape::unknown, 3});
  const Output labels = placeholder(graph, DType::i32, {Shape::unknown});
  const Output picked = take_along_axis(logits, expand_dims(labels, 1), 1);
  const Output hot = one_hot(labels, 3, {.dtype = DType::f64});
  const Output same = reduce_sum(logits * hot, {.axes = {1}, .keep_dims = true});
  const Output guess = equal(cast(argmax(logits, 1), DType::i32), labels);
  Session session(graph);
  const std::vector<Feed> feeds = {{logits, Tensor{{1.0, 5.0, 2.0}, {7.0, 0.0, 3.0}}},
                                   {labels, Tensor{1, 2}}};
  const auto results =
      session.run({picked, same, gradient(reduce_sum(picked), logits), hot, guess}, feeds);
  CHECK(results[0] == Tensor{{5.0}, {3.0}});
  CHECK(results[1] == results[0]);
  CHECK(results[2] == results[3]);
  CHECK(results[4] == Tensor{true, false});
}

TEST_CASE("sorting many lines and long ones is the same for any number of threads") {
  const Graph graph;
  const Output x = constant(graph, sample<float>({64, 3000}, 3));
  const Output line = reshape(x, {64 * 3000});
  const auto [values, indices] = top_k(x, 10);
  const std::vector<Output> fetches = {argsort(x), sort(line),   values,
                                       indices,    cumsum(x, 1), argmax(x, 0)};
  Session alone(graph, {.threads = 1});
  const std::vector<Tensor> expected = alone.run(fetches);
  for (const int threads : {2, 4, 8}) {
    Session session(graph, {.threads = threads});
    const std::vector<Tensor> found = session.run(fetches);
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(bitwise_equal(found[i], expected[i]));
  }
}

}  // namespace
}  // namespace deft
