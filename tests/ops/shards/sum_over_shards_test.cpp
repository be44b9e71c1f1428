// What is computed of shards has the bits of one shard after the other, added in a binary tree.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr std::int64_t count = 8;
constexpr std::int64_t rows = 3;  // of a shard
constexpr std::int64_t columns = 5;

/// Something that is computed of a batch x [rows, columns] and labels [rows], with a shared matrix
/// w [columns, columns].
struct Function {
  const char* name;
  Output (*of)(const Output& x, const Output& labels, const Output& w);
};

const Function functions[] = {
    {"maps", [](const Output& x, const Output&, const Output&) { return exp(-x) * 2 + x; }},
    {"a shared operand", [](const Output& x, const Output&,
                            const Output& w) { return x * reduce_sum(w, {.axes = {0}}); }},
    {"a scalar of each shard",
     [](const Output& x, const Output&, const Output&) { return x - reduce_mean(x); }},
    {"a row of each shard", [](const Output& x, const Output&,
                               const Output&) { return x / reduce_max(x, {.axes = {0}}); }},
    {"sums of rows and of columns",
     [](const Output& x, const Output&, const Output&) {
       return reduce_sum(x, {.axes = {1}, .keep_dims = true}) +
              reduce_sum(x, {.axes = {0}, .keep_dims = true});
     }},
    {"a product of all",
     [](const Output& x, const Output&, const Output&) { return reduce_prod(x * 0.3F); }},
    {"a matrix behind",
     [](const Output& x, const Output&, const Output& w) { return matmul(x, w); }},
    {"a matrix before", [](const Output& x, const Output&,
                           const Output& w) { return matmul(w, x, {.transpose_b = true}); }},
    {"a product of two of each shard",
     [](const Output& x, const Output&, const Output&) {
       return matmul(x, exp(x * 0.1F), {.transpose_b = true});
     }},
    {"softmax", [](const Output& x, const Output&, const Output&) { return softmax(x); }},
    {"labels", [](const Output& x, const Output& labels,
                  const Output&) { return softmax_cross_entropy(x, labels); }},
    {"renamed",
     [](const Output& x, const Output&, const Output&) {
       return reshape(x, {5, -1});
     }},
    {"repeated",
     [](const Output& x, const Output&, const Output&) {
       return broadcast_like(reduce_mean(x, {.axes = {1}, .keep_dims = true}), x);
     }},
    {"of the shape alone",
     [](const Output& x, const Output&, const Output&) { return x * cast(size(x), DType::f32); }},
    {"the same for all", [](const Output&, const Output&, const Output& w) { return w * 2; }},
    {"one after the other",
     [](const Output& x, const Output&, const Output&) { return cumsum(transpose(x), 1); }},
    {"several outputs",
     [](const Output& x, const Output&, const Output&) {
       const Moments found = moments(x, {.axes = {0}});
       return found.mean * found.variance;
     }},
    {"a row of a shared matrix",
     [](const Output& x, const Output& labels, const Output& w) { return gather(w, labels) * x; }},
    {"a gradient",
     [](const Output& x, const Output& labels, const Output& w) {
       return gradients(softmax_cross_entropy(matmul(x, w), labels), {w}).at(0);
     }},
};

/// The sum of tensors in the order of a binary tree.
Tensor tree(const std::vector<Tensor>& terms) {
  if (terms.size() == 1) return terms.front();
  const auto middle = terms.begin() + static_cast<std::ptrdiff_t>(terms.size() / 2);
  const Graph graph;
  Session session(graph, {.threads = 1});
  return session.eval(constant(graph, tree({terms.begin(), middle})) +
                      constant(graph, tree({middle, terms.end()})));
}

Tensor batch() { return sample<float>({count * rows, columns}, 3); }

Tensor labels() {
  std::vector<std::int32_t> all;
  all.reserve(count * rows);
  for (std::int32_t i = 0; i < count * rows; ++i) all.push_back(i * 3 % columns);
  return Tensor::from(all);
}

/// The function of one shard.
Tensor of_shard(const Function& function, std::int64_t shard) {
  const Graph graph;
  const auto part = [&](const Tensor& whole) {
    Session session(graph, {.threads = 1});
    return constant(
        graph, session.eval(slice(constant(graph, whole), 0, {shard * rows, (shard + 1) * rows})));
  };
  const Output w = variable(graph, sample<float>({columns, columns}, 6), {.name = "w"});
  const Output y = function.of(part(batch()), part(labels()), w);
  Session session(graph, {.threads = 1});
  session.run(global_variables_initializer(graph));
  return session.eval(y);
}

/// A batch in a graph, to be cut.
struct Batch {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {count * rows, columns}, {.name = "x"});
  Shards shards{.count = count, .batch = {x}};

  Output sum(const Output& y) const {
    return sum_over_shards(on_one_shard({y}, shards), shards).front();
  }

  Tensor eval(const Output& y) const {
    Session session(graph);
    session.run(global_variables_initializer(graph));
    return session.run({y}, {{x, batch()}}).at(0);
  }
};

/// The whole text of the GraphError that a call ends in.
std::string refusal_of(const std::function<void()>& call) {
  return caught<GraphError>(call).what();
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("sums over shards have the bits of one shard after the other, in a binary tree") {
  for (const Function& function : functions) {
    CAPTURE(function.name);
    const Graph graph;
    const Output x = constant(graph, batch());
    const Output all_labels = constant(graph, labels());
    const Output w = variable(graph, sample<float>({columns, columns}, 6), {.name = "w"});
    const Shards shards{.count = count, .batch = {x, all_labels}};
    const Output sum =
        sum_over_shards(on_one_shard({function.of(x, all_labels, w)}, shards), shards).front();
    std::vector<Tensor> terms;
    for (std::int64_t shard = 0; shard < count; ++shard) terms.push_back(of_shard(function, shard));
    const Tensor right = tree(terms);
    for (const int threads : {1, 2}) {
      Session session(graph, {.threads = threads});
      session.run(global_variables_initializer(graph));
      CHECK(bitwise_equal(session.eval(sum), right));
    }
  }
}

TEST_CASE("parts of the shards, added up, have the bits of all of them") {
  const auto part_of = [](std::int64_t index, std::int64_t parts) {
    const Graph graph;
    const std::int64_t own = count * rows / parts;
    const Output x = slice(constant(graph, batch()), 0, {index * own, (index + 1) * own});
    const Shards shards{.count = count, .batch = {x}, .part = {index, parts}};
    const Random random(graph, {.seed = 1});
    const Output y = reduce_sum(dropout(exp(x * 0.1F), 0.5, random), {.axes = {0}});
    Session session(graph);
    const Output sum = sum_over_shards(on_one_shard({y}, shards), shards).front();
    session.run(global_variables_initializer(graph));
    return session.eval(sum);
  };
  const Tensor whole = part_of(0, 1);
  for (const std::int64_t parts : {2, 4, 8}) {
    std::vector<Tensor> sums;
    for (std::int64_t i = 0; i < parts; ++i) sums.push_back(part_of(i, parts));
    CHECK(bitwise_equal(tree(sums), whole));
  }
}

TEST_CASE("each shard draws numbers of its own, and others in each step") {
  const Batch batch;
  const Random random(batch.graph, {.seed = 1});
  const Output kept = cast(equal(dropout(ones_like(batch.x), 0.5, random), 0), DType::f32);
  const Output sum = batch.sum(kept);
  Session session(batch.graph);
  session.run(global_variables_initializer(batch.graph));
  const auto draw = [&] {
    return session.run({sum}, {{batch.x, deft::batch()}}).at(0).to<float>();
  };
  const std::vector<float> first = draw();
  CHECK(draw() == first);
  // Equal draws in all shards would give 0 or 8 alone.
  CHECK(std::ranges::count_if(first, [](float n) { return n != 0 && n != count; }) >= 10);
  session.run(advance_global_step(batch.graph));
  CHECK(draw() != first);
}

TEST_CASE("what cannot be cut is refused with its line and the cure") {
  const Batch batch;
  const auto cut = [&](Shards shards) {
    return refusal_of([&] { on_one_shard({batch.x * 2}, shards); });
  };
  CHECK(contains(cut({.count = 6, .batch = {batch.x}}), "into 6 shards; give a power of two"));
  CHECK(contains(cut({.count = 16, .batch = {batch.x}}), "has 24 rows, which are not 16 equal"));
  CHECK(contains(cut({.count = 8}), "no tensor is cut"));
  CHECK(contains(cut({.count = 8, .batch = {batch.x}, .part = {0, 3}}),
                 "8 shards are no equal parts for 3 processes"));
  CHECK(contains(cut({.count = 8, .batch = {batch.x}, .part = {2, 2}}), "this is part 2 of 2"));
  CHECK(contains(cut({.count = 8, .batch = {constant(batch.graph, Tensor::scalar(1.0F))}}),
                 "has no rows"));
  CHECK(
      contains(cut({.count = 8, .batch = {placeholder(batch.graph, DType::f32, {Shape::unknown})}}),
               "not known yet"));
  CHECK(contains(cut({.count = 8, .batch = {batch.x, zeros(batch.graph, DType::f32, {8, 2})}}),
                 "has 8 rows, 'x' 24"));
  const std::string fixed =
      refusal_of([&] { batch.sum(reshape(batch.x, {count * rows * columns})); });
  CHECK(contains(fixed, "does not fit [120]"));
  CHECK(contains(fixed, "sum_over_shards_test.cpp"));
}

TEST_CASE("what acts on the world, or is cut otherwise, is refused") {
  const Batch batch;
  const Output w = variable(batch.graph, Tensor::zeros(DType::f32, {}), {.name = "w"});
  CHECK(contains(refusal_of([&] { batch.sum(assign(w, reduce_sum(batch.x))); }),
                 "it acts on the world"));
  const Shards other{.count = 4, .batch = {batch.x}};
  CHECK(contains(
      refusal_of([&] { sum_over_shards(on_one_shard({batch.x * 2}, batch.shards), other); }),
      "the batch is cut into 8 shards, of which 4 are added"));
  CHECK_THROWS_AS(batch.eval(on_one_shard({batch.x * 2}, batch.shards).front()), Error);
}

TEST_CASE("what is the same for all shards counts once for each") {
  const Batch batch;
  const Output w = constant(batch.graph, Tensor::scalar(3.0F));
  CHECK(batch.eval(batch.sum(w)).item<float>() == 24);
}

}  // namespace deft
