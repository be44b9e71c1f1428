// SessionOptions::numerics: results within the printed bounds, the same in every schedule.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "caught.hpp"
#include "support/plans/reassociated.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

constexpr std::size_t rows = 200;
constexpr std::size_t columns = 3;

/// Numbers in [-1, 1), the same with every compiler.
class Numbers {
 public:
  double next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<double>(state_ >> 11U) * 0x1p-52 - 1;
  }

 private:
  std::uint64_t state_ = 42;
};

/// Equations X w = d near their solution, where X w - d is `residual` times as large as d.
template <class T>
struct Equations {
  Equations(double condition, double residual) {
    Numbers numbers;
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < columns; ++j)
        X.push_back(static_cast<T>(numbers.next() *
                                   std::pow(condition, -static_cast<double>(j) / (columns - 1))));
    for (std::size_t j = 0; j < columns; ++j) w.push_back(static_cast<T>(numbers.next()));
    for (std::size_t i = 0; i < rows; ++i) {
      long double sum = 0;
      for (std::size_t j = 0; j < columns; ++j) sum += product(X[i * columns + j], w[j]);
      d.push_back(static_cast<T>(sum * (1 + residual * numbers.next())));
    }
  }

  static long double product(T a, T b) {
    return static_cast<long double>(a) * static_cast<long double>(b);
  }

  std::vector<T> X;
  std::vector<T> w;
  std::vector<T> d;
};

/// The elements of X^T (X w - d), and of |X|^T (|X| |w| + |d|).
struct Exact {
  std::vector<long double> gradient;
  std::vector<long double> size;
};

template <class T>
Exact exact_gradient(const Equations<T>& equations) {
  Exact exact{std::vector<long double>(columns, 0), std::vector<long double>(columns, 0)};
  for (std::size_t i = 0; i < rows; ++i) {
    long double error = -static_cast<long double>(equations.d[i]);
    long double size = std::abs(error);
    for (std::size_t j = 0; j < columns; ++j) {
      const long double term = Equations<T>::product(equations.X[i * columns + j], equations.w[j]);
      error += term;
      size += std::abs(term);
    }
    for (std::size_t j = 0; j < columns; ++j) {
      const auto x = static_cast<long double>(equations.X[i * columns + j]);
      exact.gradient[j] += x * error;
      exact.size[j] += std::abs(x) * size;
    }
  }
  return exact;
}

/// g = X^T (X w - d), assigned in every step.
template <class T>
struct Descent {
  explicit Descent(const Equations<T>& equations, bool fed = true)
      : X_value(Tensor::from<T>({rows, columns}, equations.X)),
        d_value(Tensor::from<T>({rows, 1}, equations.d)),
        X(fed ? placeholder(graph, dtype_of<T>(), {rows, columns}) : constant(graph, X_value)),
        d(fed ? placeholder(graph, dtype_of<T>(), {rows, 1}) : constant(graph, d_value)),
        w(variable(graph, Tensor::from<T>({columns, 1}, equations.w))),
        gradient(matmul(X, matmul(X, w) - d, {.transpose_a = true})),
        step(assign_sub(w, gradient * static_cast<T>(1e-3))),
        initialize(global_variables_initializer(graph)) {
    if (fed) feeds = Feeds{{X, X_value}, {d, d_value}};
  }

  std::vector<T> gradient_with(const SessionOptions& options) const {
    Session session(graph, options);
    session.run(initialize);
    const Tensor found = session.run({gradient, step}, feeds)[0];
    const auto elements = found.template data<T>();
    return {elements.begin(), elements.end()};
  }
  Tensor w_after(const SessionOptions& options, std::int64_t steps) const {
    Session session(graph, options);
    session.run(initialize);
    session.run(step, feeds, {.steps = steps});
    return session.eval(w);
  }

  Graph graph;
  Tensor X_value;
  Tensor d_value;
  Output X;
  Output d;
  Output w;
  Output gradient;
  Output step;
  Output initialize;
  Feeds feeds;
};

template <class T>
void check_bound(double condition, double residual, bool fed, Numerics numerics) {
  CAPTURE(condition);
  CAPTURE(residual);
  const Equations<T> equations(condition, residual);
  const Descent<T> descent(equations, fed);
  const SessionOptions options = reassociating(numerics);
  Session session(descent.graph, options);
  const Explanation explanation = session.explain({descent.gradient, descent.step}, descent.feeds);
  REQUIRE(explanation.rewrites.size() == 1);
  const Explanation::Rewrite& rewrite = explanation.rewrites[0];
  REQUIRE(rewrite.refused.empty());
  const std::vector<T> found = descent.gradient_with(options);
  const Exact exact = exact_gradient(equations);
  for (std::size_t j = 0; j < columns; ++j) {
    const auto value = static_cast<long double>(found[j]);
    const long double bound =
        rewrite.error_bound * exact.size[j] + rewrite.rounding * std::abs(value);
    CHECK(static_cast<double>(std::abs(value - exact.gradient[j])) <= static_cast<double>(bound));
  }
}

TEST_CASE("results lie within the printed bound") {
  for (const bool fed : {false, true})
    for (const double condition : {1.0, 1e2, 1e4, 1e6, 1e8})
      for (const double residual : {1.0, 1e-3, 1e-6, 0.0}) {
        check_bound<float>(condition, residual, fed, Numerics::reassociate);
        check_bound<double>(condition, residual, fed, Numerics::reassociate_f64);
      }
}

TEST_CASE("f32 results are at least as accurate as those of the exact form") {
  for (const double condition : {1.0, 1e4, 1e8})
    for (const double residual : {1.0, 1e-3, 0.0}) {
      CAPTURE(condition);
      CAPTURE(residual);
      const Equations<float> equations(condition, residual);
      const Descent<float> descent(equations);
      const Exact exact = exact_gradient(equations);
      const auto worst = [&](Numerics numerics) {
        const std::vector<float> found = descent.gradient_with(reassociating(numerics));
        double error = 0;
        for (std::size_t j = 0; j < columns; ++j) {
          const long double off = static_cast<long double>(found[j]) - exact.gradient[j];
          error = larger(error, static_cast<double>(std::abs(off) / exact.size[j]));
        }
        return error;
      };
      CHECK(worst(Numerics::reassociate) <= worst(Numerics::exact));
    }
}

TEST_CASE("chains lie within the printed bound") {
  Numbers numbers;
  const auto matrix = [&](std::int64_t m, std::int64_t n) {
    std::vector<float> values;
    for (std::int64_t i = 0; i < m * n; ++i) values.push_back(static_cast<float>(numbers.next()));
    return Tensor::from<float>({m, n}, values);
  };
  const Graph graph;
  const Output A = variable(graph, matrix(20, 30));
  const Output B = variable(graph, matrix(30, 40));
  const Output c = variable(graph, matrix(40, 1));
  const Output AB = matmul(A, B);
  const Output chain = matmul(AB, c);
  const auto wide = [](const Output& x) { return cast(x, DType::f64); };
  const auto chain_of = [](const Output& a, const Output& b, const Output& v) {
    const Output ab = matmul(a, b);
    return matmul(ab, v);
  };
  const Output exact = chain_of(wide(A), wide(B), wide(c));
  const Output size = chain_of(wide(abs(A)), wide(abs(B)), wide(abs(c)));
  Session session(graph, reassociating());
  session.run(global_variables_initializer(graph));
  const Explanation explanation = session.explain(chain);
  REQUIRE(explanation.rewrites.size() == 1);
  const Output error = abs(wide(chain) - exact) / size;
  CHECK(session.eval(reduce_max(error)).item<double>() <= explanation.rewrites[0].error_bound);
}

TEST_CASE("the bytes are the same for any number of threads, and in any order") {
  const Descent<float> fed(Equations<float>(1e2, 1e-1));
  const Descent<float> constant(Equations<float>(1e2, 1e-1), false);
  for (const Descent<float>* descent : {&fed, &constant}) {
    const Tensor expected = descent->w_after({.threads = 1, .numerics = Numerics::reassociate}, 20);
    for (const int threads : {2, 3, 4, 8})
      for (const std::uint64_t seed : {0U, 1U, 2U, 3U}) {
        SessionOptions options{.threads = threads, .numerics = Numerics::reassociate};
        if (seed != 0) options.chaos_seed = seed;
        CHECK(bitwise_equal(descent->w_after(options, 20), expected));
      }
  }
}

TEST_CASE("n steps equal n runs, with every optimisation on or off") {
  const Descent<float> descent(Equations<float>(1e2, 1e-1));
  const SessionOptions options{.threads = 1, .numerics = Numerics::reassociate};
  const Tensor expected = descent.w_after(options, 5);
  Session session(descent.graph, options);
  session.run(descent.initialize);
  for (int i = 0; i < 5; ++i) session.run(descent.step, descent.feeds);
  CHECK(bitwise_equal(session.eval(descent.w), expected));
  SessionOptions plain = options;
  plain.optimizations = Optimizations::none();
  CHECK(bitwise_equal(descent.w_after(plain, 5), expected));
}

TEST_CASE("prepared calls follow their feeds") {
  const Descent<float> descent(Equations<float>(1e2, 1e-1));
  Session session(descent.graph, {.threads = 1, .numerics = Numerics::reassociate});
  session.run(descent.initialize);
  const Callable call = session.prepare({descent.gradient, descent.step}, {descent.X, descent.d});
  const Tensor other = Tensor::zeros(DType::f32, {rows, columns});
  const Tensor first = call({descent.X_value, descent.d_value})[0];
  CHECK(first.data<float>()[0] != 0);
  CHECK(call({other, descent.d_value})[0] == Tensor::zeros(DType::f32, {columns, 1}));
}

TEST_CASE("what is computed once counts towards the memory limit") {
  const Descent<float> descent(Equations<float>(1, 1));
  SessionOptions options{.threads = 1, .numerics = Numerics::reassociate};
  Session free(descent.graph, options);
  options.memory_limit = free.explain(descent.step, descent.feeds).peak_bytes;
  Session enough(descent.graph, options);
  enough.run(descent.initialize);
  enough.run(descent.step, descent.feeds);
  --options.memory_limit;
  Session tight(descent.graph, options);
  tight.run(descent.initialize);
  const auto error = caught<RunError>([&] { tight.run(descent.step, descent.feeds); });
  CHECK(error.code() == ErrorCode::resource_exhausted);
}

}  // namespace
}  // namespace deft
