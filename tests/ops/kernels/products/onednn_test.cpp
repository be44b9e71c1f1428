#include "kernels/products/onednn.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <new>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

#include "support/child_process.hpp"
#include "support/products.hpp"
#include "support/samples.hpp"
#include "support/sanitizers.hpp"
#include "support/signals.hpp"

namespace deft {
namespace {

/// Many signals during many products, which are long enough for signals to meet them.
void check_stack_pointer() {
  const StackSampler sampler;
  const std::vector<ProductCase> shapes = {
      {1000, 100, 3000}, {1024, 16, 1024}, {5000, 17, 256}, {16, 1000, 1000}, {48, 64, 256},
      {48, 64, 600},     {64, 48, 253},    {13, 13, 2000},  {300, 40, 85},    {257, 200, 129},
      {700, 500, 400},   {200, 2000, 300}, {40, 40, 4000}};
  for (ProductCase shape : shapes)
    for (const int flags : {0, 1, 2, 3}) {
      shape.transpose_a = (flags & 1) != 0;
      shape.transpose_b = (flags & 2) != 0;
      CAPTURE(describe(shape));
      const Tensor a = sample<float>({shape.m, shape.k}, 1);
      const Tensor b = sample<float>({shape.k, shape.n}, 3);
      const Graph graph;
      const Output c = matmul(constant(graph, shape.transpose_a ? transposed<float>(a) : a),
                              constant(graph, shape.transpose_b ? transposed<float>(b) : b),
                              {.transpose_a = shape.transpose_a, .transpose_b = shape.transpose_b});
      const long enough = StackSampler::samples() + 10;
      for (int i = 0; i < 500 && StackSampler::samples() < enough; ++i) evaluate(c);
      CHECK(StackSampler::outside() == 0);
    }
  CHECK(StackSampler::samples() > 0);
}

// ThreadSanitizer calls handlers later.
TEST_CASE("no signal handler meets a stack pointer outside the stack" *
          doctest::skip(thread_sanitizer)) {
  check_stack_pointer();
}

TEST_CASE("stack pointer without AVX-512" * doctest::skip()) { check_stack_pointer(); }

TEST_CASE("nor without AVX-512" * doctest::skip(thread_sanitizer)) {
  ::setenv("ONEDNN_MAX_CPU_ISA", "AVX2", 1);
  CHECK(status_of_test("stack pointer without AVX-512") == 0);
  ::unsetenv("ONEDNN_MAX_CPU_ISA");
}

/// Leaves this process `bytes` of address space.
void limit_address_space(std::size_t bytes) {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const std::size_t all = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + bytes;
  const rlimit limit{all, all};
  ::setrlimit(RLIMIT_AS, &limit);
}

// In a process in which oneDNN has made no kernel yet.
TEST_CASE("first products with little address space" * doctest::skip()) {
  for (const ProductCase& shape :
       std::vector<ProductCase>{{64, 64, 64}, {64, 64, 600}, {500, 500, 500}}) {
    CAPTURE(describe(shape));
    const Graph graph;
    const Output c = matmul(constant(graph, sample<float>({shape.m, shape.k}, 1)),
                            constant(graph, sample<float>({shape.k, shape.n}, 3)));
    for (std::size_t kilobytes = 0; kilobytes <= 20480; kilobytes += 512)
      CHECK(status_of_fork([&] {
              limit_address_space(kilobytes * 1024);
              try {
                evaluate(c);
              } catch (const std::bad_alloc&) {
                return 0;  // of which a run makes resource_exhausted
              } catch (const Error& error) {
                return error.code() == ErrorCode::resource_exhausted ? 0 : 1;
              }
              return 0;
            }) == 0);
  }
}

TEST_CASE("a first product with little address space is refused" * doctest::skip(sanitized)) {
  CHECK(status_of_test("first products with little address space") == 0);
}

}  // namespace
}  // namespace deft
