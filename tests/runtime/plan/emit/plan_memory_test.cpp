#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "plan/emit/emission.hpp"
#include "support/plans/plan_text.hpp"

namespace deft {
namespace {

/// The instructions with the places of their values: if no kernel could write over its input, and
/// as they can.
struct Placed {
  Lines anew;
  Lines in_place;

  Placed(const Graph& graph, const std::vector<Output>& fetches, const Feeds& feeds,
         int threads = 1)
      : anew(placed(graph, fetches, feeds, threads, false)),
        in_place(placed(graph, fetches, feeds, threads, true)) {}

 private:
  static Lines placed(const Graph& graph, const std::vector<Output>& fetches, const Feeds& feeds,
                      int threads, bool in_place) {
    Plan plan;
    plan.graph = graph;
    Drafting drafting(graph, fetches, feeds,
                      {.threads = threads,
                       .optimizations = Optimizations::none(),
                       .always_parallel = threads > 1});
    Draft& draft = drafting.begin().draft();
    Emission emission;
    emit(draft, emission, plan);
    schedule(draft, emission, plan);
    if (!in_place) emission.in_place.assign(emission.in_place.size(), 0);
    plan_memory(draft, emission, plan);
    return text_of(plan);
  }
};

/// Values of 64 bytes.
struct Bench {
  Graph graph;
  Output x = placeholder(graph, DType::f32, {4, 4}, {.name = "x"});
  Feeds feeds{{x, Tensor::zeros(DType::f32, {4, 4})}};
  Output e = exp(x, {.name = "e"});

  Placed placed(const Output& fetch, int threads = 1) const {
    return {graph, {fetch}, feeds, threads};
  }
};

TEST_CASE("an elementwise operation writes over the value that it alone reads last") {
  const Bench t;
  const Placed chain = t.placed(reduce_sum(tanh(t.e * t.e)));
  CHECK(chain.anew == Lines{"arena 0 = exp(feed 0)", "arena 64 = mul(arena 0, arena 0)",
                            "arena 0 = tanh(arena 64)", "result 0 = reduce_sum(arena 0)"});
  CHECK(chain.in_place == Lines{"arena 0 = exp(feed 0)", "arena 0 = mul(arena 0, arena 0)",
                                "arena 0 = tanh(arena 0)", "result 0 = reduce_sum(arena 0)"});
}

TEST_CASE("what leaves the run or comes from outside is not written over") {
  const Bench t;
  const Lines expected{"result 0 = exp(feed 0)", "arena 0 = neg(result 0)",
                       "result 1 = reduce_sum(arena 0)"};
  const Placed fetched(t.graph, {t.e, reduce_sum(neg(t.e))}, t.feeds);
  CHECK(fetched.anew == expected);
  CHECK(fetched.in_place == expected);
}

TEST_CASE("a value that is read again later is not written over before") {
  const Bench t;
  const Output n = neg(t.e);
  const Placed placed = t.placed(reduce_sum(n * t.e));
  CHECK(placed.anew == Lines{"arena 0 = exp(feed 0)", "arena 64 = neg(arena 0)",
                             "arena 128 = mul(arena 64, arena 0)",
                             "result 0 = reduce_sum(arena 128)"});
  CHECK(placed.in_place == Lines{"arena 0 = exp(feed 0)", "arena 64 = neg(arena 0)",
                                 "arena 64 = mul(arena 64, arena 0)",
                                 "result 0 = reduce_sum(arena 64)"});
}

TEST_CASE("an operation that reads elements after it has written others has bytes of its own") {
  const Bench t;
  for (const Output& moved : {transpose(t.e), matmul(t.e, t.e)}) {
    const std::string op(moved.node().op->name);
    const std::string inputs = op == "matmul" ? "(arena 0, arena 0)" : "(arena 0)";
    const Placed placed = t.placed(reduce_sum(moved));
    CHECK(placed.in_place.at(1) == "arena 64 = " + op + inputs);
    CHECK(placed.in_place == placed.anew);
  }
}

TEST_CASE("a kernel writes over those inputs alone that it allows: of a sum, the first") {
  const Bench t;
  const Placed first = t.placed(reduce_sum(add_n({t.e, t.x})));
  CHECK(first.anew == Lines{"arena 0 = exp(feed 0)", "arena 64 = add_n(arena 0, feed 0)",
                            "result 0 = reduce_sum(arena 64)"});
  CHECK(first.in_place == Lines{"arena 0 = exp(feed 0)", "arena 0 = add_n(arena 0, feed 0)",
                                "result 0 = reduce_sum(arena 0)"});
  const Placed second = t.placed(reduce_sum(add_n({t.x, t.e})));
  const Lines expected{"arena 0 = exp(feed 0)", "arena 64 = add_n(feed 0, arena 0)",
                       "result 0 = reduce_sum(arena 64)"};
  CHECK(second.anew == expected);
  CHECK(second.in_place == expected);
}

/// A user's op that may write over its input; f32 -> the dtype `to` of as many elements.
constexpr OpDef overwriting{
    .name = "overwriting",
    .arity = {1, 1},
    .infer =
        [](const InferContext& c) {
          return std::vector<TensorSpec>{{c.attributes.get<DType>("to"), c.inputs[0].shape}};
        },
    .kernel =
        [](const KernelContext&) {
          Kernel kernel = make_kernel([](const KernelArgs&) {}, 1);
          kernel.in_place = 1;
          return kernel;
        },
};

TEST_CASE("a value of other bytes is not written over, whatever the kernel allows") {
  const Bench t;
  const auto placed = [&](DType to) {
    return t.placed(reduce_sum(add_node(overwriting, {t.e}, {{"to", to}}, {})));
  };
  CHECK(placed(DType::i32).in_place == Lines{"arena 0 = exp(feed 0)",
                                             "arena 0 = overwriting(arena 0)",
                                             "result 0 = reduce_sum(arena 0)"});
  const Lines expected{"arena 0 = exp(feed 0)", "arena 64 = overwriting(arena 0)",
                       "result 0 = reduce_sum(arena 64)"};
  CHECK(placed(DType::i32).anew == expected);
  CHECK(placed(DType::f64).anew == expected);
  CHECK(placed(DType::f64).in_place == expected);
}

TEST_CASE("of values that broadcast, the one that is like the result is written over") {
  const Bench t;
  const Output column = reduce_sum(t.e, {.axes = {1}, .keep_dims = true});
  const Placed placed = t.placed(reduce_sum(column - t.e));
  CHECK(placed.anew == Lines{"arena 0 = exp(feed 0)", "arena 64 = reduce_sum(arena 0)",
                             "arena 128 = sub(arena 64, arena 0)",
                             "result 0 = reduce_sum(arena 128)"});
  CHECK(placed.in_place == Lines{"arena 0 = exp(feed 0)", "arena 64 = reduce_sum(arena 0)",
                                 "arena 0 = sub(arena 64, arena 0)",
                                 "result 0 = reduce_sum(arena 0)"});
}

TEST_CASE("what another thread may still be reading is not written over") {
  const Bench t;
  const Output first = reduce_sum(t.e);
  const Output second = reduce_max(neg(t.e));
  const Output both = first + second;
  CHECK(t.placed(both).in_place == Lines{"arena 64 = exp(feed 0)", "arena 0 = reduce_sum(arena 64)",
                                         "arena 64 = neg(arena 64)",
                                         "arena 8 = reduce_max(arena 64)",
                                         "result 0 = add(arena 0, arena 8)"});
  const Placed parallel = t.placed(both, 2);
  CHECK(parallel.in_place == parallel.anew);
  CHECK(parallel.anew == Lines{"arena 128 = exp(feed 0)", "arena 0 = reduce_sum(arena 128)",
                               "arena 192 = neg(arena 128)", "arena 64 = reduce_max(arena 192)",
                               "result 0 = add(arena 0, arena 64)"});
}

}  // namespace
}  // namespace deft
