#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/math.hpp>

#include "caught.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

TEST_CASE_TEMPLATE("add_n adds in order", T, float, double, std::int32_t, std::int64_t) {
  for (const std::int64_t count : {0, 1, 17, 1000, 20001}) {
    for (std::uint32_t terms = 1; terms < 6; ++terms) {
      const Graph graph;
      std::vector<Output> xs;
      Tensor expected = sample<T>({count}, 3);
      xs.push_back(constant(graph, expected));
      for (std::uint32_t i = 1; i < terms; ++i) {
        const Tensor x = sample<T>({count}, 3 * i + 3);
        xs.push_back(constant(graph, x));
        for (std::size_t j = 0; j < x.data<T>().size(); ++j)
          expected.mutable_data<T>()[j] += x.data<T>()[j];
      }
      const Output sum = add_n(xs);
      CHECK(same_bytes(evaluate(sum), expected));
      CHECK(same_for_all_splits(sum, expected));
    }
  }
}

TEST_CASE("add_n learns dimensions from all inputs and does not broadcast") {
  const Graph graph;
  const Output a = placeholder(graph, DType::f32, {Shape::unknown, 3});
  const Output b = placeholder(graph, DType::f32, {2, Shape::unknown});
  CHECK(add_n({a, b}).shape() == Shape{2, 3});
  const auto shapes = caught<GraphError>([&] {
    add_n({a, b, placeholder(graph, DType::f32, {1, 3})});
  });
  CHECK(shapes.code() == ErrorCode::shape_mismatch);
  CHECK(shapes.info().message == "input 2 has the shape [1, 3], but those before it [2, 3]");
  CHECK(caught<GraphError>([&] {
          add_n({a, placeholder(graph, DType::f64, {2, 3})});
        }).code() == ErrorCode::dtype_mismatch);
  CHECK(caught<GraphError>([] { add_n({}); }).info().op == "add_n");
  CHECK(caught<GraphError>([] { add_n({Output{}}); }).code() == ErrorCode::empty_handle);
}

}  // namespace
}  // namespace deft
