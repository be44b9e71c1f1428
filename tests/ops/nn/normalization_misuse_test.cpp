#include <limits>
#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/nn/normalization.hpp>

#include "caught.hpp"

namespace deft {
namespace {

TEST_CASE("wrong norms and operands are refused") {
  const Graph graph;
  for (const double momentum : {-0.1, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
    const int line = __LINE__ + 2;
    const GraphError error = caught<GraphError>(
        [&] { static_cast<void>(BatchNorm(graph, 2, {.momentum = momentum, .name = "n"})); });
    CHECK(error.info().where.line == line);
    CHECK(error.info().node == "n");
    CHECK(error.info().message == "momentum is " + std::to_string(momentum));
  }
  CHECK(graph.num_nodes() == 0);
  CHECK(caught<GraphError>([&] { static_cast<void>(GroupNorm(graph, 6, 4)); }).info().message ==
        "6 units are no multiple of 4 groups");
  CHECK_THROWS_AS(static_cast<void>(GroupNorm(graph, 6, 0)), GraphError);
  const BatchNorm norm(graph, 3, {.axis = 1});
  const BatchNorm last(graph, 3);
  const GroupNorm in_groups(graph, 3, 3);
  const Output wide = placeholder(graph, DType::f32, {2, 4, 5});
  const int line = __LINE__ + 1;
  const GraphError error = caught<GraphError>([&] { norm(wide, Mode::train); });
  CHECK(error.code() == ErrorCode::shape_mismatch);
  CHECK(error.info().where.line == line);
  CHECK(error.info().op == "batch_norm");
  CHECK(error.info().message == "x has the shape [2, 4, 5], but the layer has 3 units");
  CHECK(error.info().cure == "give it as many in dimension 1");
  CHECK_THROWS_AS(last(wide, Mode::evaluate), GraphError);
  CHECK_THROWS_AS(in_groups(wide), GraphError);
  const Output vector = placeholder(graph, DType::f32, {3});
  CHECK(caught<GraphError>([&] { last(vector, Mode::train); }).info().message ==
        "x has the shape [3] of rank 1, but needs a batch and units");
  CHECK_THROWS_AS(in_groups(vector), GraphError);
  CHECK_THROWS_AS(BatchNorm(graph, 3, {.axis = 3})(wide, Mode::train), GraphError);
  CHECK_THROWS_AS(last(placeholder(graph, DType::f64, {2, 3}), Mode::train), GraphError);
}

}  // namespace
}  // namespace deft
