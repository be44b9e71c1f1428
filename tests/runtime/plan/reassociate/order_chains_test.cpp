#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "plan/reassociate/chain.hpp"
#include "support/plans/reassociated.hpp"

namespace deft {
namespace {

Output matrix(const Graph& graph, std::int64_t rows, std::int64_t columns,
              DType dtype = DType::f32) {
  return variable(zeros(graph, dtype, {rows, columns}));
}

/// The rewrites of `fetch`.
std::vector<Explanation::Rewrite> rewrites(const Graph& graph, const Output& fetch,
                                           Numerics numerics = Numerics::reassociate) {
  return explained(graph, fetch, reassociating(numerics)).rewrites;
}

TEST_CASE("the cheapest order of the textbook's chain") {
  // Cormen et al., Introduction to Algorithms, section 15.2: 15125 multiplications.
  const std::vector<std::int64_t> dims{30, 35, 15, 5, 10, 20, 25};
  const ChainOrder order(dims);
  CHECK(order.flops() == 2 * 15125);
  CHECK(order.cut(0, 5) == 2);
  CHECK(order.cut(0, 2) == 0);
  CHECK(order.cut(3, 5) == 4);
}

TEST_CASE("a chain is computed in the cheapest order") {
  const Graph graph;
  const Output A = matrix(graph, 50, 40);
  const Output B = matrix(graph, 40, 60);
  const Output c = matrix(graph, 60, 1);
  const Output AB = matmul(A, B);
  const Output chain = matmul(AB, c);
  const auto found = rewrites(graph, chain);
  REQUIRE(found.size() == 1);
  CHECK(found[0].what == "matrix chain");
  CHECK(found[0].flops_before == 2 * (50 * 40 * 60 + 50 * 60));
  CHECK(found[0].flops_after == 2 * (40 * 60 + 50 * 40));
  CHECK(found[0].error_bound == doctest::Approx(100 * 0x1p-24));
  CHECK(step_with(graph, chain, reassociating()) == Step{"matmul", "matmul"});
  CHECK(rewrites(graph, chain, Numerics::exact).empty());
}

TEST_CASE("a chain goes on through flags") {
  const Graph graph;
  const Output A = matrix(graph, 40, 50);
  const Output B = matrix(graph, 60, 40);
  const Output c = matrix(graph, 60, 1);
  const Output BA = matmul(B, A);                             // [60, 50]
  const Output chain = matmul(BA, c, {.transpose_a = true});  // A^T B^T c
  const auto found = rewrites(graph, chain);
  REQUIRE(found.size() == 1);
  CHECK(found[0].flops_after == 2 * (40 * 60 + 50 * 40));
}

TEST_CASE("the best order stays as it is, and so does a product that is read twice") {
  const Graph graph;
  const Output A = matrix(graph, 50, 40);
  const Output B = matrix(graph, 40, 60);
  const Output c = matrix(graph, 60, 1);
  const Output Bc = matmul(B, c);
  CHECK(rewrites(graph, matmul(A, Bc)).empty());
  const Output AB = matmul(A, B);
  const Output ABc = matmul(AB, c);
  const Output both = group({assign(variable(AB), AB), assign(variable(ABc), ABc)});
  CHECK(rewrites(graph, both).empty());
}

TEST_CASE("integers and stacks of matrices stay as they are") {
  const Graph graph;
  const Output A = matrix(graph, 50, 40, DType::i32);
  const Output B = matrix(graph, 40, 60, DType::i32);
  const Output c = matrix(graph, 60, 1, DType::i32);
  CHECK(rewrites(graph, matmul(matmul(A, B), c)).empty());
  const Output S = variable(zeros(graph, DType::f32, {2, 50, 40}));
  const Output T = variable(zeros(graph, DType::f32, {2, 40, 60}));
  const Output u = variable(zeros(graph, DType::f32, {2, 60, 1}));
  CHECK(rewrites(graph, matmul(matmul(S, T), u)).empty());
}

TEST_CASE("a long chain is ordered in parts") {
  const Graph graph;
  Output chain = matrix(graph, 8, 8);
  for (int i = 0; i < 100; ++i) chain = matmul(chain, matrix(graph, 8, 8));
  chain = matmul(chain, matrix(graph, 8, 1));
  const auto found = rewrites(graph, chain);
  REQUIRE(found.size() == 1);
  CHECK(found[0].flops_after < found[0].flops_before);
}

}  // namespace
}  // namespace deft
