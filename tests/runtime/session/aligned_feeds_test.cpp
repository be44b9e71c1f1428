#include "session/aligned_feeds.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

namespace deft {
namespace {

/// x + 0, and fails unless its operands are where KernelArgs promises.
constexpr OpDef aligned_copy{
    .name = "aligned_copy",
    .arity = {1, 1},
    .infer = [](const InferContext& context) { return std::vector{context.inputs[0]}; },
    .kernel =
        [](const KernelContext& context) {
          const auto bytes = context.inputs[0].shape.num_bytes(context.inputs[0].dtype);
          return make_kernel([bytes](const KernelArgs& args) {
            if (reinterpret_cast<std::uintptr_t>(args.inputs[0]) % 64 != 0)
              throw InternalError("an operand is not aligned");
            std::copy_n(args.input<std::byte>(0), bytes, args.output<std::byte>());
          });
        },
};

/// Numbers from 0 on at an address that is 4 over a multiple of 64.
class Shifted {
 public:
  Shifted() { std::iota(values_.begin() + 1, values_.end(), 0.0F); }

  Tensor tensor() const {
    return Tensor::borrow({values_.size() - 1}, std::span(values_).subspan(1), nullptr);
  }

 private:
  alignas(64) std::array<float, 1001> values_{};
};

TEST_CASE("feeds that are aligned are handed on as they are") {
  const Tensor a{1.0, 2.0};
  const Tensor b = Tensor::zeros(DType::f32, {100});
  const std::array<const Tensor*, 2> feeds{&a, &b};
  const AlignedFeeds aligned(feeds, {});
  CHECK(aligned.list().data() == feeds.data());
}

TEST_CASE("memory that is not aligned reaches kernels in a copy, however it gets there") {
  const Shifted shifted;
  const Tensor tensor = shifted.tensor();
  REQUIRE_FALSE(tensor.is_aligned());
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown});
  const Output w = variable(graph, tensor);
  const Output fed = add_node(aligned_copy, {x}, {}, {});
  const Output known = add_node(aligned_copy, {constant(graph, tensor)}, {}, {});
  const Output read = add_node(aligned_copy, {w}, {}, {});
  for (const auto& optimizations : {Optimizations{}, Optimizations::none()}) {
    Session session(graph, {.threads = 1, .optimizations = optimizations});
    session.set(w, tensor);
    CHECK(session.run(fed, {{x, tensor}}) == tensor);
    CHECK(session.run(known) == tensor);
    CHECK(session.run(read) == tensor);
    const Callable call = session.prepare({fed, x}, {x});
    for (int i = 0; i < 2; ++i) CHECK(call({tensor}) == std::vector<Tensor>{tensor, tensor});
    CHECK(call({tensor.aligned()})[0] == tensor);
  }
}

TEST_CASE("a vector that was taken over works as a feed and as a constant") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {1000, 3});
  std::vector<double> values(3000);
  std::iota(values.begin(), values.end(), 0.0);
  const Tensor copy = Tensor::from({1000, 3}, values);
  const Tensor adopted = Tensor::from({1000, 3}, std::move(values));
  const Output y = reduce_sum(tanh(x / 3000) * adopted, {.axes = {0}});
  for (const int threads : {1, 2}) {
    Session session(graph, {.threads = threads});
    CHECK(bitwise_equal(session.run(y, {{x, adopted}}), session.run(y, {{x, copy}})));
  }
}

}  // namespace
}  // namespace deft
