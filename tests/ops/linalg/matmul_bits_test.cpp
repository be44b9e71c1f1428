// A product has the same bytes however it is stored, cut and shared by threads.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include <dlfcn.h>

#include <doctest/doctest.h>

#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>

#include "support/instruction_sets.hpp"
#include "support/on_threads.hpp"
#include "support/ops/evaluate.hpp"
#include "support/products.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

template <class T>
void check_layouts_agree(const ProductCase& shape) {
  CAPTURE(describe(shape));
  const Tensor a = sample<T>({shape.m, shape.k}, 3);
  const Tensor b = sample<T>({shape.k, shape.n}, 6);
  const Tensor plain = product<T>(shape, a, b);
  for (const int flags : {1, 2, 3})
    CHECK(same_bytes(
        product<T>({shape.m, shape.n, shape.k, (flags & 1) != 0, (flags & 2) != 0}, a, b), plain));
}

TEST_CASE("a flag and a transposed copy give the same bits in deft's own kernels") {
  const std::vector<ProductCase> shapes = {
      {1, 1, 1},     {1, 1, 5000}, {3, 2, 4097}, {700, 1, 2}, {700, 2, 3}, {7, 1, 40},
      {1, 19, 40},   {300, 4, 9},  {5, 4, 16},   {4, 9, 100}, {33, 3, 64}, {2, 300, 2100},
      {300, 1, 300}, {4, 4, 16},   {13, 4, 17},  {1, 31, 8},  {8, 8, 8},   {32, 16, 4},
      {9, 30, 15},   {5, 6, 130},  {16, 16, 16}};
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet set(target);
    CAPTURE(target);
    for (const ProductCase& shape : shapes) {
      check_layouts_agree<float>(shape);
      check_layouts_agree<double>(shape);
    }
  }
}

TEST_CASE("every instruction set computes the products") {
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet set(target);
    CAPTURE(target);
    check_products<float>({1, 3, 4, 5, 9, 21}, {1, 2, 4, 5, 11, 16, 17, 70});
    check_products<double>({1, 3, 4, 5, 9, 21}, {1, 2, 4, 5, 11, 16, 17, 70});
  }
}

/// A stack of matrices has the bits of the matrices one by one: where all rows of a batch become
/// one product, the kernel is the one that a single matrix gets.
TEST_CASE("a stack of narrow or small matrices is multiplied as each of them is") {
  struct Stack {
    std::int64_t batch, m, k, n;
  };
  for (const auto& [batch, m, k, n] : {Stack{5, 3, 300, 6}, Stack{50, 8, 16, 16}}) {
    const Tensor a = sample<float>({batch, m, k}, 3);
    const Tensor b = sample<float>({k, n}, 6);
    const Tensor stacked = product(a, b);
    for (std::int64_t i = 0; i < batch; ++i)
      CHECK(same_bytes(matrix_at<float>(stacked, std::array{i}),
                       product(matrix_at<float>(a, std::array{i}), b)));
  }
}

/// The kernel of a node whose inputs and output are fully known.
Kernel kernel_of(const Output& output, const Output& a, const Output& b) {
  const std::vector<TensorSpec> inputs = {a.spec(), b.spec()};
  const std::vector<TensorSpec> outputs = {output.spec()};
  return output.node().op->kernel({inputs, outputs, *output.node().attributes});
}

template <class T>
void check_splits(const ProductCase& c, std::int64_t batch = 1) {
  CAPTURE(describe(c));
  const Graph graph;
  const Output a = constant(graph, sample<T>({batch, c.m, c.k}, 3));
  const Output b = constant(graph, sample<T>({batch, c.k, c.n}, 6));
  const Output result = matmul(a, b);
  CHECK(kernel_of(result, a, b).blocks > 1);
  CHECK(same_for_all_splits(result, evaluate(result)));
}

TEST_CASE("blocks in any order and on their own give the same bytes") {
  check_splits<float>({100000, 1, 2});
  check_splits<double>({2, 1, 90000});
  check_splits<float>({300, 2, 5000});
  check_splits<float>({600, 70, 64});
  check_splits<double>({600, 70, 64});
  check_splits<float>({40, 40, 40}, 7);
  check_splits<float>({3, 40, 3000}, 3);
  check_splits<std::int32_t>({300, 50, 64});
}

/// Several threads run one kernel at once, each with memory of its own.
void check_concurrent(const ProductCase& c) {
  CAPTURE(describe(c));
  const Tensor a = sample<float>(c.transpose_a ? Shape{c.k, c.m} : Shape{c.m, c.k}, 3);
  const Tensor b = sample<float>(c.transpose_b ? Shape{c.n, c.k} : Shape{c.k, c.n}, 6);
  const Graph graph;
  const Output x = constant(graph, a);
  const Output y = constant(graph, b);
  const Output z = matmul(x, y, {.transpose_a = c.transpose_a, .transpose_b = c.transpose_b});
  const Kernel kernel = kernel_of(z, x, y);
  const Tensor expected = run_kernel(kernel, {&z.spec(), 1}, {a, b})[0];

  std::atomic<int> wrong = 0;
  on_threads(4, [&](int) {
    for (int repeat = 0; repeat < 150; ++repeat)
      if (!same_bytes(run_kernel(kernel, {&z.spec(), 1}, {a, b})[0], expected)) ++wrong;
  });
  CHECK(wrong == 0);
}

TEST_CASE("one kernel on four threads at once") {
  check_concurrent({64, 48, 80});
  check_concurrent({64, 48, 80, true, true});
  check_concurrent({100, 20, 1000, true});
  check_concurrent({2, 1, 5000, true});
}

TEST_CASE("a product neither uses nor changes the threads that OpenMP is set to") {
  const auto set = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
  const auto get = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "omp_get_max_threads"));
  if (set == nullptr || get == nullptr) {
    MESSAGE("skipped: oneDNN has no OpenMP here");
    return;
  }
  const auto threads_of_process = [] {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
      static_cast<void>(entry);
      ++count;
    }
    return count;
  };
  const int before = get();
  set(64);
  const std::size_t threads = threads_of_process();
  const Tensor a = sample<float>({256, 256});
  CHECK(is_product<float>(product(a, a), a, a));
  CHECK(threads_of_process() == threads);
  CHECK(get() == 64);
  set(before);
}

}  // namespace
}  // namespace deft
