// What passes make of operations that move elements.

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/plans/step_text.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

const Optimizations simplify_only = only([](Optimizations& o) { o.simplify = true; });

struct Bench {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {Shape::unknown, 4});
  Tensor value = sample<float>({3, 4});
  Feeds feeds{{x, value}};

  Step after(const Output& fetch) const { return step_of(graph, {fetch}, simplify_only, feeds); }

  /// The same bytes with `simplify` as without.
  void check_same(const Output& fetch) const {
    Session simplified(graph, {.threads = 1, .optimizations = simplify_only});
    Session plain(graph, {.threads = 1, .optimizations = Optimizations::none()});
    CHECK(bitwise_equal(simplified.run(fetch, feeds), plain.run(fetch, feeds)));
  }
};

TEST_CASE("what moves nothing is not done") {
  const Bench t;
  const Output nothing = slice(t.x, 0, {0, 0});
  for (const Output& same :
       {slice(t.x, {{0, 9}, {-4}}), reverse(reverse(t.x)), reverse(reverse(t.x, {1}), {-1}),
        slice(slice(t.x, 1, {.step = -1}), {{}, {3, {}, -1}}), unslice(t.x, t.x, {{}, {0, 4}}),
        pad(t.x, {{0, 0}, {0, 0}}), pad(t.x, {{0, 0}, {0, 0}}, {.mode = PadMode::reflect}),
        tile(t.x, {1, 1}), roll(t.x, 8, 1), roll(t.x, 0, 0), concat({t.x}, 1), split(t.x, 1, 1)[0],
        split_like(t.x, {t.x}, 0)[0]}) {
    CHECK(t.after(exp(same)) == Step{"exp"});
    t.check_same(exp(same));
  }
  CHECK(t.after(exp(concat({nothing, t.x, nothing}, 0))) == Step{"exp"});
}

TEST_CASE("a slice of a slice is one slice") {
  const Bench t;
  const std::vector<Slice> rows = {{},          {1},         {.step = -1}, {.step = 2},
                                   {-1, 0, -2}, {.end = -1}, {5, 9},       {.step = -2}};
  for (const Slice& inner : rows)
    for (const Slice& outer : rows) {
      const Output y = slice(slice(t.x, {inner, outer}), {outer, inner});
      CHECK(std::ranges::count(t.after(exp(y)), "slice") <= 1);
      t.check_same(exp(y));
    }
}

TEST_CASE("what moves something stays") {
  const Bench t;
  CHECK(t.after(reverse(t.x)) == Step{"slice"});
  CHECK(t.after(unslice(t.x, t.x, {{.step = -1}})) == Step{"unslice"});
  CHECK(t.after(roll(t.x, 7, 1)) == Step{"roll"});
  CHECK(t.after(tile(t.x, {2, 1})) == Step{"tile"});
  CHECK(t.after(split(t.x, 2, 1)[1]) == Step{"split"});
}

TEST_CASE("any number of threads moves the same") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown, Shape::unknown});
  const Tensor value = sample<float>({600, 300});
  const std::vector<Output> parts = split(x, 3, 1);
  const std::vector<Output> fetches = {concat({x, reverse(x)}, 1),
                                       parts[2],
                                       slice(x, {{.step = -2}, {1, -1}}),
                                       pad(x, {{9, 1}, {2, 2}}),
                                       tile(x, {2, 2}),
                                       roll(x, 17, 1),
                                       tril(x, 5),
                                       diag(slice(x, 0, {0, 2}))};
  std::vector<Tensor> first;
  for (const int threads : {1, 2, 3, 8}) {
    Session session(graph, {.threads = threads});
    const std::vector<Tensor> results = session.run(fetches, {{x, value}});
    if (first.empty()) first = results;
    for (std::size_t i = 0; i < results.size(); ++i) CHECK(bitwise_equal(results[i], first[i]));
  }
}

TEST_CASE("shapes of any number of parts are read without feeding them") {
  const Graph graph;
  std::vector<Output> likes;
  for (int i = 0; i < 40; ++i) likes.push_back(placeholder(graph, DType::f32, {1}));
  const std::vector<Output> parts = split_like(range(graph, DType::f32, 0, 40), likes, 0);
  Session session(graph);
  CHECK(session.run(parts.back()) == Tensor{39.0F});
}

}  // namespace
}  // namespace deft
