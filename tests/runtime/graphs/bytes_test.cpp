#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

// u8 is data at rest: pictures and labels that are fed, kept, moved, compared and cast.

TEST_CASE("pictures become numbers within a group, whatever is optimised") {
  const Graph graph;
  const Output pictures = placeholder(graph, DType::u8, {Shape::unknown, 12});
  const Output x = cast(transpose(pictures), DType::f32) / 255.0 - 0.5;
  const Output dark = where(less(pictures, 128), pictures, zeros_like(pictures));
  const Output bright = equal(pictures, 255);
  const std::vector<Output> fetches = {x, reduce_sum(square(x)), dark, bright,
                                       reshape(broadcast_to(pictures, {2, 5, 12}), {120})};
  const Tensor fed = sample<std::uint8_t>({5, 12});
  Session plain(graph, {.optimizations = Optimizations::none()});
  Session optimized(graph);
  const std::vector<Tensor> wanted = plain.run(fetches, {{pictures, fed}});
  const std::vector<Tensor> made = optimized.run(fetches, {{pictures, fed}});
  for (std::size_t i = 0; i < fetches.size(); ++i) {
    CAPTURE(i);
    CHECK(bitwise_equal(made[i], wanted[i]));
  }
  for (std::int64_t row = 0; row < 5; ++row)
    for (std::int64_t column = 0; column < 12; ++column) {
      const auto byte = fed.at<std::uint8_t>(row, column);
      CHECK(made[0].at<float>(column, row) == static_cast<float>(byte) / 255.0F - 0.5F);
      CHECK(made[2].at<std::uint8_t>(row, column) == (byte < 128 ? byte : 0));
      CHECK(made[3].at<bool>(row, column) == (byte == 255));
    }
}

TEST_CASE("a variable of bytes is assigned and printed, not added to") {
  const Graph graph;
  const Output labels = variable(graph, Tensor::from<std::uint8_t>({3}, {1, 2, 255}));
  const Output changed = assign(labels, cast(cast(labels, DType::i32) + 1, DType::u8));
  Session session(graph);
  session.run(global_variables_initializer(graph));
  CHECK(session.eval(changed).to_string() == "[2 3 0]");
  CHECK(caught<GraphError>([&] { return labels + labels; }).code() == ErrorCode::dtype_mismatch);
  CHECK(caught<GraphError>([&] { reduce_sum(labels); }).code() == ErrorCode::dtype_mismatch);
  CHECK_THROWS_AS(assign_add(labels, labels), GraphError);
}

TEST_CASE("no gradient flows through bytes") {
  const Graph graph;
  const Output x = constant(graph, Tensor{1.0F, 2.0F});
  const Output y = reduce_sum(x * cast(cast(x, DType::u8), DType::f32));
  Session session(graph);
  CHECK(session.eval(gradients(y, {x})[0]) == Tensor{1.0F, 2.0F});
}

}  // namespace
}  // namespace deft
