// A product has the same bytes, whether an operation or a flag transposes its operands.

#include <cstdint>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/plans/optimized.hpp"
#include "support/samples.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

/// Products of operands that are transposed, or not, by an operation or by a flag: they are cut
/// and added differently by size, and must not be by who transposes.
template <class T>
void check_products(std::int64_t m, std::int64_t n, std::int64_t k) {
  CAPTURE(m);
  CAPTURE(n);
  CAPTURE(k);
  const Graph graph;
  const Output a = variable(graph, sample<T>({m, k}, 3));
  const Output b = variable(graph, sample<T>({k, n}, 6));
  const Output ta = variable(graph, sample<T>({k, m}, 3));
  const Output tb = variable(graph, sample<T>({n, k}, 6));
  OptimizedCase c{
      graph,
      {global_variables_initializer(graph)},
      assign_add(a, a),
      {matmul(transpose(ta), b), matmul(a, transpose(tb)), matmul(transpose(ta), transpose(tb)),
       matmul(transpose(a), b, {.transpose_a = true}),
       matmul(a, transpose(b), {.transpose_b = true})}};
  check_all_choices(c);
}

/// Vectors that are multiplied as one matrix, of another kernel than each by itself would have.
TEST_CASE("products of transposes by many vectors") {
  for (const std::int64_t k : {2, 17, 300}) {
    CAPTURE(k);
    const Graph graph;
    const Output a = variable(graph, sample<float>({2, 64, 1, k}, 3));
    const Output columns = variable(graph, sample<float>({2, 64, k, 1}, 6));
    const Output b = variable(graph, sample<float>({k, 1025}, 9));
    const MatmulOptions flag{.transpose_b = true};
    const Output swapped = transpose(columns, {0, 1, 3, 2});
    check_all_choices({graph,
                       {global_variables_initializer(graph)},
                       assign_add(a, a),
                       {matmul(a, transpose(b), flag), matmul(swapped, b)}});
  }
}

/// Matrices that are multiplied as one, unless they are stored transposed: the length of a block of
/// terms depends on how many rows that one has.
TEST_CASE_TEMPLATE("products of transposes by one column", T, float, double) {
  for (const std::int64_t k : {17, 1025, 5000}) {
    CAPTURE(k);
    const Graph graph;
    const Output a = variable(graph, sample<T>({2, k, 256}, 3));
    const Output b = variable(graph, sample<T>({k, 1}, 6));
    check_all_choices({graph,
                       {global_variables_initializer(graph)},
                       assign_add(a, a),
                       {matmul(transpose(a, {0, 2, 1}), b)}});
  }
}

TEST_CASE("products of transposes") {
  for (const std::int64_t m : {1, 3, 5, 40, 100})
    for (const std::int64_t n : {1, 2, 5, 17, 64})
      for (const std::int64_t k : {1, 4, 16, 17, 128, 256, 300, 1025, 5000}) {
        if (sanitized && k != 17 && k != 1025) continue;
        check_products<float>(m, n, k);
        check_products<double>(m, n, k);
      }
}

}  // namespace
}  // namespace deft
