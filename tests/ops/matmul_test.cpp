#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <dlfcn.h>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>

#include "caught.hpp"
#include "support/evaluate.hpp"
#include "support/instruction_sets.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

/// The dimensions of a product and how its operands are stored.
struct Case {
  std::int64_t m, n, k;
  bool transpose_a = false;
  bool transpose_b = false;
};

std::string describe(const Case& c) {
  return "m " + std::to_string(c.m) + ", n " + std::to_string(c.n) + ", k " + std::to_string(c.k) +
         (c.transpose_a ? ", a transposed" : "") + (c.transpose_b ? ", b transposed" : "");
}

/// The last two dimensions swapped.
template <class T>
Tensor transposed(const Tensor& matrix) {
  const std::int64_t rows = matrix.shape()[0];
  const std::int64_t columns = matrix.shape()[1];
  Tensor result = Tensor::uninitialized(matrix.dtype(), {columns, rows});
  const auto from = matrix.data<T>();
  const auto to = result.mutable_data<T>();
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j)
      to[static_cast<std::size_t>(j * rows + i)] = from[static_cast<std::size_t>(i * columns + j)];
  return result;
}

Tensor product(const Tensor& a, const Tensor& b, const MatmulOptions& options = {},
               const EvaluateOptions& how = {}) {
  const Graph graph;
  return evaluate(matmul(constant(graph, a), constant(graph, b), options), {}, how);
}

/// The product that `c` describes of two plain matrices, each stored as `c` says.
template <class T>
Tensor product(const Case& c, const Tensor& a, const Tensor& b) {
  return product(c.transpose_a ? transposed<T>(a) : a, c.transpose_b ? transposed<T>(b) : b,
                 {.transpose_a = c.transpose_a, .transpose_b = c.transpose_b});
}

/// True if every element is within the rounding errors of a sum of k products. Integers must agree.
template <class T>
bool is_product(const Tensor& c, const Tensor& a, const Tensor& b) {
  const std::int64_t k = a.shape()[1];
  const std::int64_t n = b.shape()[1];
  const auto x = a.data<T>();
  const auto y = b.data<T>();
  const auto z = c.data<T>();
  for (std::size_t at = 0; at < z.size(); ++at) {
    const std::int64_t i = static_cast<std::int64_t>(at) / n;
    const std::int64_t j = static_cast<std::int64_t>(at) % n;
    const auto term = [&](std::int64_t p) {
      return std::pair(x[static_cast<std::size_t>(i * k + p)],
                       y[static_cast<std::size_t>(p * n + j)]);
    };
    if constexpr (std::is_integral_v<T>) {
      std::uint64_t sum = 0;
      for (std::int64_t p = 0; p < k; ++p)
        sum +=
            static_cast<std::uint64_t>(term(p).first) * static_cast<std::uint64_t>(term(p).second);
      if (z[at] != static_cast<T>(sum)) return false;
    } else {
      double sum = 0;
      double size = 0;
      for (std::int64_t p = 0; p < k; ++p) {
        const double value =
            static_cast<double>(term(p).first) * static_cast<double>(term(p).second);
        sum += value;
        size += std::abs(value);
      }
      const double allowed = (4 + static_cast<double>(k) / 16) * size *
                             static_cast<double>(std::numeric_limits<T>::epsilon());
      if (!(std::abs(static_cast<double>(z[at]) - sum) <= allowed)) return false;
    }
  }
  return true;
}

template <class T>
void check_products(const std::vector<std::int64_t>& sizes,
                    const std::vector<std::int64_t>& terms) {
  for (const std::int64_t m : sizes)
    for (const std::int64_t n : sizes)
      for (const std::int64_t k : terms) {
        const Tensor a = sample<T>({m, k}, 1);
        const Tensor b = sample<T>({k, n}, 3);
        for (const int flags : {0, 1, 2, 3}) {
          const Case c{m, n, k, (flags & 1) != 0, (flags & 2) != 0};
          CAPTURE(describe(c));
          const Tensor result = product<T>(c, a, b);
          CHECK(result.spec() == TensorSpec{dtype_of<T>(), {m, n}});
          CHECK(is_product<T>(result, a, b));
        }
      }
}

const std::vector<std::int64_t> small_sizes = {0, 1, 2, 3, 4, 5, 8, 17};

TEST_CASE("products of odd sizes in four dtypes and all layouts") {
  const std::vector<std::int64_t> terms = {0, 1, 2, 3, 4, 5, 7, 16, 17, 37};
  check_products<float>(small_sizes, terms);
  check_products<double>(small_sizes, terms);
  check_products<std::int32_t>({0, 1, 2, 5}, {0, 1, 5});
  check_products<std::int64_t>({0, 1, 2, 5}, {0, 1, 5});
}

TEST_CASE("products with one long side") {
  check_products<float>({1, 2, 5, 1030}, {1, 3, 16, 33});
  check_products<double>({1, 2, 5, 1030}, {1, 3, 16, 33});
  check_products<float>({1, 2, 3, 4, 7}, {2047, 2048, 2049, 5000});
  check_products<double>({1, 2, 3, 4, 7}, {2047, 2048, 2049, 5000});
}

TEST_CASE("integer products wrap") {
  const Tensor a = Tensor::from<std::int32_t>({1, 2}, {2147483647, 1});
  const Tensor b = Tensor::from<std::int32_t>({2, 1}, {2, 3});
  CHECK(product(a, b).item<std::int32_t>() == 1);
  const Tensor c = Tensor::from<std::int64_t>({1, 1}, {std::numeric_limits<std::int64_t>::min()});
  CHECK(product(c, Tensor::from<std::int64_t>({1, 1}, {-1})).item<std::int64_t>() ==
        std::numeric_limits<std::int64_t>::min());
}

/// The matrix at `index` of the leading dimensions, which may be repeated.
template <class T>
Tensor matrix_at(const Tensor& batch, std::span<const std::int64_t> index) {
  const std::size_t rank = batch.shape().rank();
  const Shape leading(batch.shape().dims().first(rank - 2));
  const Shape matrix(batch.shape().dims().last(2));
  const auto size = static_cast<std::size_t>(matrix.num_elements());
  const auto all = batch.data<T>();
  return Tensor::from<T>(matrix, all.subspan(broadcast_index(index, leading) * size, size));
}

TEST_CASE("leading dimensions broadcast") {
  struct Batches {
    std::vector<std::int64_t> a, b, c;
  };
  const std::vector<Batches> all = {{{3}, {}, {3}},           {{}, {3}, {3}},
                                    {{3}, {3}, {3}},          {{2, 1}, {3}, {2, 3}},
                                    {{2, 3}, {1, 1}, {2, 3}}, {{1}, {2, 2}, {2, 2}},
                                    {{0}, {1}, {0}},          {{4, 1, 2}, {1, 3, 1}, {4, 3, 2}}};
  const auto with = [](std::vector<std::int64_t> dims, std::int64_t rows, std::int64_t columns) {
    dims.push_back(rows);
    dims.push_back(columns);
    return Shape(std::span<const std::int64_t>(dims));
  };
  for (const Batches& batches : all)
    for (const Case& c : {Case{2, 3, 4}, Case{1, 6, 20}, Case{3, 6, 20}, Case{6, 7, 5},
                          Case{6, 7, 5, true}, Case{1, 6, 5, true, true}}) {
      CAPTURE(describe(c));
      const Tensor a =
          sample<float>(c.transpose_a ? with(batches.a, c.k, c.m) : with(batches.a, c.m, c.k), 1);
      const Tensor b =
          sample<float>(c.transpose_b ? with(batches.b, c.n, c.k) : with(batches.b, c.k, c.n), 2);
      const MatmulOptions options{.transpose_a = c.transpose_a, .transpose_b = c.transpose_b};
      const Tensor result = product(a, b, options);
      REQUIRE(result.shape() == with(batches.c, c.m, c.n));
      for_each_index(Shape(std::span<const std::int64_t>(batches.c)),
                     [&](std::span<const std::int64_t> index) {
                       const Tensor x = matrix_at<float>(a, index);
                       const Tensor y = matrix_at<float>(b, index);
                       CHECK(is_product<float>(matrix_at<float>(result, index),
                                               c.transpose_a ? transposed<float>(x) : x,
                                               c.transpose_b ? transposed<float>(y) : y));
                     });
    }
}

template <class T>
void check_layouts_agree(const Case& shape) {
  CAPTURE(describe(shape));
  const Tensor a = sample<T>({shape.m, shape.k}, 3);
  const Tensor b = sample<T>({shape.k, shape.n}, 6);
  const Tensor plain = product<T>(shape, a, b);
  for (const int flags : {1, 2, 3})
    CHECK(same_bytes(
        product<T>({shape.m, shape.n, shape.k, (flags & 1) != 0, (flags & 2) != 0}, a, b), plain));
}

TEST_CASE("a flag and a transposed copy give the same bits in deft's own kernels") {
  const std::vector<Case> shapes = {{1, 1, 1},     {1, 1, 5000}, {3, 2, 4097}, {700, 1, 2},
                                    {700, 2, 3},   {7, 1, 40},   {1, 19, 40},  {300, 4, 9},
                                    {5, 4, 16},    {4, 9, 100},  {33, 3, 64},  {2, 300, 2100},
                                    {300, 1, 300}, {4, 4, 16},   {13, 4, 17},  {1, 31, 8}};
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet set(target);
    CAPTURE(target);
    for (const Case& shape : shapes) {
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
TEST_CASE("a stack of narrow matrices is multiplied as each of them is") {
  const Tensor a = sample<float>({5, 3, 300}, 3);
  const Tensor b = sample<float>({300, 6}, 6);
  const Tensor stacked = product(a, b);
  for (std::int64_t i = 0; i < 5; ++i)
    CHECK(same_bytes(matrix_at<float>(stacked, std::array{i}),
                     product(matrix_at<float>(a, std::array{i}), b)));
}

/// The kernel of a node whose inputs and output are fully known.
Kernel kernel_of(const Output& output, const Output& a, const Output& b) {
  const std::vector<TensorSpec> inputs = {a.spec(), b.spec()};
  const std::vector<TensorSpec> outputs = {output.spec()};
  return output.node().op->kernel({inputs, outputs, *output.node().attributes});
}

template <class T>
void check_splits(const Case& c, std::int64_t batch = 1) {
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
void check_concurrent(const Case& c) {
  CAPTURE(describe(c));
  const Tensor a = sample<float>(c.transpose_a ? Shape{c.k, c.m} : Shape{c.m, c.k}, 3);
  const Tensor b = sample<float>(c.transpose_b ? Shape{c.n, c.k} : Shape{c.k, c.n}, 6);
  const Graph graph;
  const Output x = constant(graph, a);
  const Output y = constant(graph, b);
  const Output z = matmul(x, y, {.transpose_a = c.transpose_a, .transpose_b = c.transpose_b});
  const Kernel kernel = kernel_of(z, x, y);
  const Tensor expected = run_kernel(kernel, z.spec(), {a, b});

  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int repeat = 0; repeat < 150; ++repeat)
        if (!same_bytes(run_kernel(kernel, z.spec(), {a, b}), expected)) ++wrong;
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("one kernel on four threads at once") {
  check_concurrent({64, 48, 80});
  check_concurrent({64, 48, 80, true, true});
  check_concurrent({100, 20, 1000, true});
  check_concurrent({2, 1, 5000, true});
}

template <class T>
void check_nan(const Case& c) {
  CAPTURE(describe(c));
  Tensor a = Tensor::zeros(dtype_of<T>(), {c.m, c.k});
  Tensor b = sample<T>({c.k, c.n});
  b.template mutable_data<T>().back() = std::numeric_limits<T>::quiet_NaN();
  b.template mutable_data<T>().front() = std::numeric_limits<T>::infinity();
  const Tensor result = product<T>(c, a, b);
  const auto values = result.data<T>();
  CHECK(std::isnan(values.back()));   // 0 * NaN
  CHECK(std::isnan(values.front()));  // 0 * infinity
  if (c.n > 2) CHECK(values[1] == T{0});
}

TEST_CASE("zero times NaN is NaN") {
  for (const bool transpose_a : {false, true})
    for (const bool transpose_b : {false, true})
      for (const Case& c : {Case{6, 7, 8}, Case{20, 20, 20}, Case{3, 3, 3}, Case{30, 4, 10},
                            Case{2, 3, 100}, Case{9, 3, 3000}}) {
        check_nan<float>({c.m, c.n, c.k, transpose_a, transpose_b});
        check_nan<double>({c.m, c.n, c.k, transpose_a, transpose_b});
      }
}

TEST_CASE("a product neither uses nor changes the threads that OpenMP is set to") {
  const auto set = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
  const auto get = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "omp_get_max_threads"));
  if (set == nullptr || get == nullptr) return;  // oneDNN without OpenMP
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

GraphError refused(const Shape& a, const Shape& b, const MatmulOptions& options = {}) {
  const Graph graph;
  return caught<GraphError>([&] {
    matmul(placeholder(graph, DType::f32, a), placeholder(graph, DType::f32, b), options);
  });
}

TEST_CASE("what matmul refuses") {
  const GraphError inner = refused({2, 3}, {4, 5});
  CHECK(inner.code() == ErrorCode::shape_mismatch);
  CHECK(inner.info().message == "the inner dimensions differ: 3 of a [2, 3] and 4 of b [4, 5]");
  CHECK(refused({3, 2}, {5, 4}, {.transpose_a = true, .transpose_b = true}).info().message ==
        "the inner dimensions differ: 3 of a [3, 2] transposed and 4 of b [5, 4] transposed");
  CHECK(refused({3}, {3, 2}).info().message ==
        "a has the shape [3], but a matrix has rank 2 or more");
  CHECK(refused({2, 3}, {}).info().message ==
        "b has the shape [], but a matrix has rank 2 or more");
  CHECK(refused({2, 2, 3}, {3, 3, 2}).code() == ErrorCode::shape_mismatch);
  CHECK(refused({std::int64_t{1} << 40, 1}, {1, std::int64_t{1} << 40}).code() ==
        ErrorCode::overflow);

  const Graph graph;
  const Output flags = placeholder(graph, DType::boolean, {2, 2});
  CHECK(caught<GraphError>([&] { matmul(flags, flags); }).code() == ErrorCode::dtype_mismatch);
  const Output x = placeholder(graph, DType::f32, {2, 2});
  const Output y = placeholder(graph, DType::f64, {2, 2});
  CHECK(caught<GraphError>([&] { matmul(x, y); }).code() == ErrorCode::dtype_mismatch);
}

TEST_CASE("dimensions that are not known yet") {
  constexpr std::int64_t unknown = Shape::unknown;
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {unknown, 5, unknown});
  const Output w = placeholder(graph, DType::f32, {unknown, 7});
  const Output y = matmul(x, w);
  CHECK(y.shape() == Shape{unknown, 5, 7});
  CHECK(matmul(x, x, {.transpose_a = true}).shape() == Shape{unknown, unknown, unknown});
  const Tensor ones = sample<float>({2, 5, 3});
  CHECK(evaluate(y, {{x, ones}, {w, sample<float>({3, 7})}}).shape() == Shape{2, 5, 7});
  const Refusal refusal = caught<Refusal>([&] {
    evaluate(y, {{x, ones}, {w, sample<float>({4, 7})}});
  });
  CHECK(refusal.message == "the inner dimensions differ: 3 of a [2, 5, 3] and 4 of b [4, 7]");
}

}  // namespace
}  // namespace deft
