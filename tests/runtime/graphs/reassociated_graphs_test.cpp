// Random affine expressions of what a step writes, and random chains of products: reassociated,
// they lie within the bounds that Session::explain gives, also for ill-conditioned data and
// residuals down to 0.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/exact_matrix.hpp"
#include "support/graphs/any_graph/draws.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

constexpr std::uint64_t graphs = sanitized ? 100 : 1500;

/// A matrix of a graph, and what it is without rounding.
struct Known {
  Output output;
  ExactMatrix exact;
};

template <class T>
class AnyExpression {
 public:
  explicit AnyExpression(std::uint64_t seed)
      : draws_(seed),
        condition_(std::pow(10.0, static_cast<double>(draws_.below(9)))),
        v_(source(any_dim(), draws_.of<std::int64_t>({1, 1, 2, 3}), false)) {}

  /// Products of the variable v, which a step writes, and sums with other matrices.
  Known affine() {
    write_ = assign_add(v_.output, v_.output);
    Known x = v_;
    int sums = 3;
    for (std::size_t more = 3 + draws_.below(4); more > 0; --more) {
      if (draws_.one_in(2))
        x = times_matrix(x);
      else if (draws_.one_in(2) || --sums < 0)
        x = times_number(x);
      else
        x = plus_matrix(x);
    }
    return x;
  }

  /// A product of matrices, in any order.
  Known chain(std::size_t length) {
    std::vector<Known> factors{v_};
    while (factors.size() < length)
      factors.push_back(source(factors.back().exact.columns, any_dim(), false));
    while (factors.size() > 1) {
      const std::size_t i = draws_.below(factors.size() - 1);
      factors[i] = {matmul(factors[i].output, factors[i + 1].output),
                    product(factors[i].exact, factors[i + 1].exact)};
      factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
    return factors[0];
  }

  /// The value of `y` in a step lies within the bound, if `y` alone is rewritten. Whether it is.
  bool check(const Known& y, Numerics numerics) {
    std::vector<Output> fetches{y.output};
    if (!write_.is_empty()) fetches.push_back(write_);
    Session session(graph_, {.threads = 1, .numerics = numerics});
    session.run(global_variables_initializer(graph_), feeds_);
    std::vector<Explanation::Rewrite> done;
    for (const auto& rewrite : session.explain(fetches, feeds_).rewrites)
      if (rewrite.refused.empty()) done.push_back(rewrite);
    if (done.size() != 1 || done[0].node != y.output.name()) return false;
    const Tensor found = session.run(fetches, feeds_)[0];
    for (std::size_t i = 0; i < y.exact.value.size(); ++i) {
      const auto value = static_cast<long double>(found.data<T>()[i]);
      const long double bound =
          done[0].error_bound * y.exact.size[i] + done[0].rounding * std::abs(value);
      CHECK(static_cast<double>(std::abs(value - y.exact.value[i])) <= static_cast<double>(bound));
    }
    return true;
  }

 private:
  std::int64_t any_dim() { return draws_.of<std::int64_t>({1, 2, 3, 3, 5, 17, 40, 64, 100}); }

  /// The condition number is about that of the columns.
  Known source(std::int64_t rows, std::int64_t columns, bool lasts) {
    const double last = columns == 1 ? 1 : static_cast<double>(columns - 1);
    std::vector<T> values;
    for (std::int64_t i = 0; i < rows * columns; ++i) {
      const double size = std::pow(condition_, -static_cast<double>(i % columns) / last);
      values.push_back(static_cast<T>(size * draws_.number()));
    }
    return matrix(Tensor::from<T>({rows, columns}, values), lasts);
  }

  /// What lasts is a constant, fed, or a variable that the step does not write.
  Known matrix(const Tensor& tensor, bool lasts) {
    const std::size_t kind = lasts ? draws_.below(3) : 0;
    if (kind == 0) return {variable(graph_, tensor), exact<T>(tensor)};
    if (kind == 1) return {constant(graph_, tensor), exact<T>(tensor)};
    const Output fed = placeholder(graph_, tensor.dtype(), tensor.shape());
    std::vector<Feed> all = feeds_.list();
    all.push_back({fed, tensor});
    feeds_ = all;
    return {fed, exact<T>(tensor)};
  }

  /// A matrix that has been used before, perhaps transposed, times x, or x times it.
  Known times_matrix(const Known& x) {
    const bool left = draws_.one_in(2);
    const bool flag = draws_.one_in(2);
    const std::int64_t inner = left ? x.exact.rows : x.exact.columns;
    const bool inner_first = left == flag;
    const Known* used = nullptr;
    for (const Known& m : used_)
      if ((inner_first ? m.exact.rows : m.exact.columns) == inner) used = &m;
    if (used == nullptr || draws_.one_in(4)) {
      const std::int64_t other = any_dim();
      used_.push_back(inner_first ? source(inner, other, true) : source(other, inner, true));
      used = &used_.back();
    }
    const ExactMatrix m = flag ? transposed(used->exact) : used->exact;
    return left ? Known{matmul(used->output, x.output, {.transpose_a = flag}), product(m, x.exact)}
                : Known{matmul(x.output, used->output, {.transpose_b = flag}), product(x.exact, m)};
  }

  Known times_number(const Known& x) {
    const double number = draws_.of({0.5, -0.25, 2.0, 3.0, -1.0});
    return {x.output * number, scaled(x.exact, number)};
  }

  /// Some matrix, or what x nearly is, with a minus.
  Known plus_matrix(const Known& x) {
    if (draws_.one_in(2)) {
      const Known y = source(x.exact.rows, x.exact.columns, true);
      return {x.output + y.output, sum(x.exact, y.exact, 1)};
    }
    std::vector<T> values;
    for (const long double value : x.exact.value) values.push_back(static_cast<T>(value));
    const Known y = matrix(Tensor::from<T>(x.output.shape(), values), true);
    return {x.output - y.output, sum(x.exact, y.exact, -1)};
  }

  Draws draws_;
  double condition_;
  Graph graph_;
  Feeds feeds_;
  Known v_;
  Output write_;  // of v, or none
  std::vector<Known> used_;
};

TEST_CASE_TEMPLATE("random affine expressions lie within the printed bound", T, float, double) {
  const auto numerics = sizeof(T) == 4 ? Numerics::reassociate : Numerics::reassociate_f64;
  std::uint64_t rewritten = 0;
  for (std::uint64_t seed = 0; seed < graphs; ++seed) {
    CAPTURE(seed);
    AnyExpression<T> any(seed);
    if (any.check(any.affine(), numerics)) ++rewritten;
  }
  CHECK(rewritten >= graphs / 20);
}

TEST_CASE_TEMPLATE("random chains lie within the printed bound", T, float, double) {
  std::uint64_t rewritten = 0;
  for (std::uint64_t seed = 0; seed < graphs; ++seed) {
    CAPTURE(seed);
    AnyExpression<T> any(seed);
    if (any.check(any.chain(3 + seed % 4), Numerics::reassociate)) ++rewritten;
  }
  CHECK(rewritten >= graphs / 4);
}

}  // namespace
}  // namespace deft
