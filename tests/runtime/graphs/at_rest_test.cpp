#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

// Data at rest is fed, kept, moved, compared and cast. What moves elements does with those of any
// dtype what it does with i32, which has all numbers of the tests, and so have the others.

struct Mover {
  const char* name;
  std::function<Output(const Output& x, const Output& indices)> move;
};

/// From x [4, 6] and indices [3], below 4.
const std::vector<Mover> movers = {
    {"identity", [](const Output& x, const Output&) { return identity(x); }},
    {"reshape",
     [](const Output& x, const Output&) {
       return reshape(x, {3, 8});
     }},
    {"transpose", [](const Output& x, const Output&) { return transpose(x); }},
    {"broadcast_to",
     [](const Output& x, const Output&) {
       return broadcast_to(x, {5, 4, 6});
     }},
    {"broadcast rows",
     [](const Output& x, const Output&) {
       return broadcast_to(slice(x, 1, {0, 1}), {4, 20});
     }},
    {"concat",
     [](const Output& x, const Output&) {
       return concat({x, x}, 1);
     }},
    {"stack",
     [](const Output& x, const Output&) {
       return stack({x, x}, 1);
     }},
    {"split", [](const Output& x, const Output&) { return split(x, 3, 1).at(1); }},
    {"slice",
     [](const Output& x, const Output&) {
       return slice(x, {{1, 4, 2}, {.step = -2}});
     }},
    {"unslice",
     [](const Output& x, const Output&) {
       return unslice(slice(x, 0, {1, 3}), x, 0, {1, 3});
     }},
    {"pad",
     [](const Output& x, const Output&) {
       return pad(x, {{1, 0}, {2, 1}}, {.value = 7});
     }},
    {"pad by reflection",
     [](const Output& x, const Output&) {
       return pad(x, {{1, 2}, {2, 1}}, {.mode = PadMode::reflect});
     }},
    {"tile",
     [](const Output& x, const Output&) {
       return tile(x, {2, 3});
     }},
    {"reverse", [](const Output& x, const Output&) { return reverse(x); }},
    {"roll", [](const Output& x, const Output&) { return roll(x, 2, 1); }},
    {"gather rows", [](const Output& x, const Output& i) { return gather(x, i); }},
    {"gather elements", [](const Output& x, const Output& i) { return gather(x, i, {.axis = 1}); }},
    {"gather_nd",
     [](const Output& x, const Output& i) {
       return gather_nd(x, stack({i, i}, 1));
     }},
    {"take_along_axis",
     [](const Output& x, const Output& i) { return take_along_axis(x, expand_dims(i, 0), 1); }},
    {"where",
     [](const Output& x, const Output&) {
       return where(equal(x, slice(x, 0, {0, 1})), slice(x, 0, {1, 2}), x);
     }},
    {"a number", [](const Output& x, const Output&) { return where(greater(x, 9), x, 3); }},
    {"one_hot",
     [](const Output& x, const Output& i) {
       return one_hot(i, 5, {.dtype = x.dtype(), .on = 9, .off = 2});
     }},
    {"zeros_like", [](const Output& x, const Output&) { return zeros_like(x); }},
    {"ones_like", [](const Output& x, const Output&) { return ones_like(x); }},
    {"fill", [](const Output& x, const Output&) { return fill(x.graph(), x.dtype(), {3}, 11); }},
    {"sort", [](const Output& x, const Output&) { return sort(x, {.descending = true}); }},
    {"top_k", [](const Output& x, const Output&) { return top_k(x, 2).values; }},
    {"a cast and back",
     [](const Output& x, const Output&) { return cast(cast(x, DType::f32), x.dtype()); }},
};

/// 0, 13, 26, 39, 4, ... in i32[4, 6].
Tensor numbers() {
  Tensor result = Tensor::zeros(DType::i32, {4, 6});
  std::int32_t next = 0;
  for (std::int32_t& x : result.mutable_data<std::int32_t>()) x = 13 * next++ % 48;
  return result;
}

std::vector<Tensor> moved(DType dtype, const Tensor& x, const SessionOptions& options) {
  const Graph graph;
  const Output fed = placeholder(graph, dtype, {Shape::unknown, 6});
  const Output known = constant(graph, x);
  const Output kept = variable(graph, x);
  const Output indices = constant(graph, {2, 0, 3});
  std::vector<Output> fetches;
  for (const Mover& mover : movers)
    for (const Output& of : {known, kept}) fetches.push_back(mover.move(of, indices));
  for (const Output& rows : {reverse(fed), gather(fed, indices), concat({fed, known}, 0)})
    fetches.push_back(rows);
  Session session(graph, options);
  session.run(global_variables_initializer(graph));
  return session.run(fetches, {{fed, x}});
}

}  // namespace

TEST_CASE("data at rest is fed, kept and moved as other data is, whatever is optimised") {
  const std::vector<Tensor> expected = moved(DType::i32, numbers(), {});
  for (const DType dtype : {DType::u8, DType::i8, DType::i16, DType::u16, DType::u32, DType::u64,
                            DType::f16, DType::bf16}) {
    CAPTURE(to_string(dtype));
    const Tensor x = numbers().to(dtype);
    for (const bool optimized : {false, true}) {
      SessionOptions options;
      if (!optimized) options.optimizations = Optimizations::none();
      const std::vector<Tensor> made = moved(dtype, x, options);
      for (std::size_t i = 0; i < made.size(); ++i) {
        CAPTURE(i < 2 * movers.size() ? movers[i / 2].name : "of a feed");
        CHECK(bitwise_equal(made[i], expected[i].to(dtype)));
      }
    }
  }
}

TEST_CASE("data at rest joins a group by casts, and comes out of one") {
  const Graph graph;
  const Output halves = placeholder(graph, DType::f16, {Shape::unknown, 3});
  const Output ids = placeholder(graph, DType::u16, {Shape::unknown, 3});
  const Output x = cast(halves, DType::f32) * 3.0 + cast(ids, DType::f32);
  const std::vector<Output> fetches = {cast(x, DType::bf16), where(less(halves, 1), ids, 7),
                                       reduce_sum(square(x))};
  const Tensor some =
      Tensor::from<double>({2, 3}, {0.1, -2.5, 1, 65504, 0x1p-24, 3}).to(DType::f16);
  const Tensor others = Tensor::from<std::uint16_t>({2, 3}, {0, 1, 65535, 9, 10, 11});
  Session plain(graph, {.optimizations = Optimizations::none()});
  Session optimized(graph);
  const std::vector<Tensor> wanted = plain.run(fetches, {{halves, some}, {ids, others}});
  const std::vector<Tensor> made = optimized.run(fetches, {{halves, some}, {ids, others}});
  for (std::size_t i = 0; i < fetches.size(); ++i) CHECK(bitwise_equal(made[i], wanted[i]));
  const float sum = static_cast<float>(Half(0.1)) * 3.0F;
  CHECK(made[0].at<BFloat16>(0, 0) == BFloat16(sum));
  CHECK(made[1] == Tensor::from<std::uint16_t>({2, 3}, {0, 1, 7, 7, 10, 7}));
}

TEST_CASE("variables of data at rest are assigned, saved and restored, and not trained") {
  const TempFolder folder;
  const Graph graph;
  const Output h = variable(graph, Tensor{Half(1.5), Half(-0.0)}, {.name = "h"});
  const Output b = variable(graph, Tensor{BFloat16(3)}, {.name = "b"});
  const Output u = variable(graph, Tensor::scalar(~std::uint64_t{0}), {.name = "u"});
  CHECK_FALSE(is_trainable(h));
  Session session(graph);
  session.run(global_variables_initializer(graph));
  session.run(assign(h, cast(cast(h, DType::f32) * 2.0, DType::f16)));
  save(session, folder / "a");
  Session other(graph);
  restore(other, folder / "a");
  CHECK(bitwise_equal(other.value(h), Tensor{Half(3), Half(-0.0)}));
  CHECK(other.value(b) == Tensor{BFloat16(3)});
  CHECK(other.value(u).item<std::uint64_t>() == ~std::uint64_t{0});
}

TEST_CASE("what computes refuses data at rest, and says the cure") {
  for (const DType dtype : {DType::i8, DType::u64, DType::f16, DType::bf16}) {
    CAPTURE(to_string(dtype));
    const Graph graph;
    const Output x = placeholder(graph, dtype, {2, 2});
    const Output v = variable(zeros(graph, dtype, {2, 2}));
    const std::vector<std::function<void()>> refused = {
        [&] { x + x; },
        [&] { -x; },
        [&] { exp(x); },
        [&] { matmul(x, x); },
        [&] { reduce_sum(x); },
        [&] { argmax(x, 0); },
        [&] { assign_add(v, x); },
        [&] { range(graph, dtype, 0, 3); },
        [&] { variable(zeros(graph, dtype, {2}), {.trainable = true}); },
        [&] {
          scatter_add(x, constant(graph, {0}), slice(x, 0, {0, 1}));
        },
    };
    for (const auto& call : refused) {
      const auto error = caught<GraphError>(call);
      CHECK(error.code() == ErrorCode::dtype_mismatch);
      CHECK(error.info().message.find(to_string(dtype)) != std::string::npos);
      CHECK_FALSE(error.info().cure.empty());
    }
  }
}

}  // namespace deft
