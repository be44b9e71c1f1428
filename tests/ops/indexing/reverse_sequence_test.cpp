#include <cstdint>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/math.hpp>

#include "caught.hpp"
#include "support/gradient_check.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr std::int64_t unknown = Shape::unknown;

TEST_CASE("the beginnings of sequences are reversed") {
  const Graph graph;
  const Output x = constant(graph, Tensor{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}});
  const Tensor expected{{1, 0, 2, 3}, {7, 6, 5, 4}, {8, 9, 10, 11}};
  CHECK(evaluate(reverse_sequence(x, constant(graph, Tensor{2, 4, 0}))) == expected);
  CHECK(evaluate(reverse_sequence(x, constant(graph, Tensor{2L, 4L, 1L}))) == expected);
  const Output turned = reverse_sequence(transpose(x), constant(graph, Tensor{2, 4, 0}),
                                         {.batch_axis = 1, .time_axis = -2, .name = "turned"});
  CHECK(turned.name() == "turned");
  CHECK(evaluate(transpose(turned)) == expected);
}

TEST_CASE_TEMPLATE("many dimensions, against a loop", T, float, std::int64_t, bool) {
  const Graph graph;
  const Tensor x = sample<T>({2, 7, 3, 5});
  const Tensor lengths{7, 3, 0, 1, 6};
  Tensor expected = x;
  std::size_t at = 0;
  for_each_index(x.shape(), [&](std::span<const std::int64_t> index) {
    const auto length = lengths.data<std::int32_t>()[static_cast<std::size_t>(index[3])];
    const std::int64_t from = index[1] < length ? length - 1 - index[1] : index[1];
    const std::int64_t flat = ((index[0] * 7 + from) * 3 + index[2]) * 5 + index[3];
    expected.mutable_data<T>()[at++] = x.data<T>()[static_cast<std::size_t>(flat)];
  });
  const Output open = placeholder(graph, x.dtype(), {unknown, unknown, unknown, unknown});
  const Output each = placeholder(graph, DType::i32, {unknown});
  const Output y = reverse_sequence(open, each, {.batch_axis = 3, .time_axis = 1});
  CHECK(evaluate(y, {{open, x}, {each, lengths}}) == expected);
  const Tensor none = Tensor::zeros(x.dtype(), {0, 7, 3, 5});
  CHECK(evaluate(y, {{open, none}, {each, lengths}}).shape() == Shape{0, 7, 3, 5});
}

TEST_CASE("gradients are those of differences") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {2, 3});
  const Output y = reverse_sequence(x, constant(graph, Tensor{3, 2}));
  CHECK(gradient_mismatch(square(y), {x}, {sample<double>({2, 3})}) == "");
}

TEST_CASE("lengths that are too long or negative fail the run, other arguments are refused") {
  const Graph graph;
  const Output x = constant(graph, sample<float>({2, 3}));
  const auto failure = [&](const Tensor& lengths) {
    return caught<ValueError>([&] { evaluate(reverse_sequence(x, constant(graph, lengths))); })
        .info()
        .message;
  };
  CHECK(failure(Tensor{1, 4}) == "the index 3 at [1, 0] is outside [0, 3)");
  CHECK(failure(Tensor{-5, 1}) == "the index -5 at [0, 0] is outside [0, 3)");
  const Output lengths = placeholder(graph, DType::i32, {2});
  const auto refusal = [&](const Output& given, const ReverseSequenceOptions& options) {
    return caught<GraphError>([&] { reverse_sequence(x, given, options); }).info().message;
  };
  CHECK(refusal(lengths, {.time_axis = 2}) == "time_axis is 2, but x has the rank 2");
  CHECK(refusal(lengths, {.batch_axis = -1}) == "batch_axis and time_axis are both 1");
  CHECK(refusal(x, {}) == "the lengths are f32[2, 3], but must be i32 or i64 of rank 1");
  CHECK_THROWS_AS(reverse_sequence(x, placeholder(graph, DType::i32, {3})), GraphError);
  CHECK_THROWS_AS(reverse_sequence(x, placeholder(graph, DType::i32, {1})), GraphError);
}

}  // namespace
}  // namespace deft
