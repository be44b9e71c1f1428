// One NaN or infinity among ordinary numbers goes through every kind of fused group as it goes
// through single operations, wherever in a vector, a tile or a block of rows it stands.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/instruction_sets.hpp"
#include "support/plans/plain_run.hpp"
#include "support/plans/step_text.hpp"
#include "support/samples.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

/// Tensors of n rows, x [n, k] and y, z [n, 1], and weights v [k, 1], u [k, 3].
struct Bench {
  Bench(DType dtype, std::int64_t rows, std::int64_t columns) : n(rows), k(columns) {
    const auto make = [&](const Shape& shape) {
      sources.push_back(placeholder(graph, dtype, shape));
      return sources.back();
    };
    x = make({n, k});
    y = make({n, 1});
    z = make({n, 1});
    v = make({k, 1});
    u = make({k, 3});
  }

  std::int64_t n;
  std::int64_t k;
  Graph graph;
  std::vector<Output> sources;
  Output x, y, z, v, u;
};

struct Group {
  std::string_view step;  // that it is planned as
  std::vector<Output> (*write)(const Bench& t);
  std::vector<std::size_t> spoilt;  // sources that have the special value in turn
};

const Group groups[] = {
    {"fused(mul, exp, add, tanh, sub)",
     [](const Bench& t) -> std::vector<Output> {
       const Output p = t.y * t.z;
       return {tanh(exp(p) + t.y) - t.z, p};
     },
     {1, 2}},
    {"fused(abs, log, maximum, minimum, sign, sqrt, div)",
     [](const Bench& t) -> std::vector<Output> {
       const Output a = abs(t.y);
       const Output least = minimum(maximum(t.z, log(a)), t.y);
       const Output direction = sign(least);
       return {sqrt(a) / direction, least};
     },
     {1, 2}},
    {"fused(less, neg, where, not_equal, square, rsqrt, where)",
     [](const Bench& t) -> std::vector<Output> {
       const Output is_less = less(t.y, t.z);
       const Output either = where(is_less, t.y, -t.z);
       const Output differs = not_equal(either, t.z);
       return {where(differs, rsqrt(square(t.y)), either)};
     },
     {1, 2}},
    {"fused(less_equal, greater, equal, greater_equal, not_equal)",
     [](const Bench& t) -> std::vector<Output> {
       return {less_equal(t.y, t.z), greater(t.y, t.z), equal(t.y, t.z), greater_equal(t.z, t.y),
               not_equal(t.y, t.y)};
     },
     {1, 2}},
    {"fused(mul, sub, reduce_sum, reduce_max, reduce_min, reduce_mean)",
     [](const Bench& t) -> std::vector<Output> {
       const Output a = t.y * t.z - t.y;
       return {reduce_sum(a), reduce_max(a), reduce_min(a), reduce_mean(a)};
     },
     {1, 2}},
    {"fused(maximum, reduce_sum, minimum, reduce_max)",
     [](const Bench& t) -> std::vector<Output> {
       return {reduce_sum(maximum(t.y, t.z)), reduce_max(minimum(t.z, t.y))};
     },
     {1, 2}},
    {"fused(tanh, matmul, add, maximum)",
     [](const Bench& t) -> std::vector<Output> {
       return {maximum(matmul(tanh(t.x), t.v) + t.y, 0)};
     },
     {0, 1, 3}},
    {"fused(mul, matmul, sub, square)",
     [](const Bench& t) -> std::vector<Output> { return {square(matmul(t.x * t.y, t.u) - t.z)}; },
     {0, 1, 2, 4}},
    {"fused(matmul, sub, matmul)",
     [](const Bench& t) -> std::vector<Output> {
       return {matmul(transpose(t.x), matmul(t.x, t.v) - t.y)};
     },
     {0, 1, 3}},
    {"fused(matmul, sub, square, reduce_mean, mul, matmul)",
     [](const Bench& t) -> std::vector<Output> {
       const Output e = matmul(t.x, t.v) - t.y;
       return {reduce_mean(square(e)), matmul(e * t.z, t.x, {.transpose_a = true})};
     },
     {0, 1, 2, 3}},
    {"fused(matmul, add, abs, matmul, mul, sub)",
     [](const Bench& t) -> std::vector<Output> {
       const Output e = abs(matmul(t.x, t.v) + t.y);
       return {t.v - 0.5 * matmul(t.x, e, {.transpose_a = true})};
     },
     {0, 1, 3}},
};

/// Numbers, and at element `at`, if it is one, `special`.
template <class T>
Tensor spoilt(const Shape& shape, std::uint32_t seed, std::int64_t at, T special) {
  Tensor tensor = sample<T>(shape, seed);
  const std::span<T> elements = tensor.template mutable_data<T>();
  if (at >= 0) elements[static_cast<std::size_t>(at) % elements.size()] = special;
  return tensor;
}

template <class T>
std::vector<T> specials() {
  using Limits = std::numeric_limits<T>;
  return {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()};
}

std::vector<SessionOptions> modes(std::int64_t rows) {
  std::vector<SessionOptions> all{{.threads = 1}, {.threads = 1}};
  all[1].optimizations.generate_code = false;
  if (rows > 1024) all.push_back({.threads = 2});
  return all;
}

/// All rows of a few vectors; of more rows those near the ends of blocks.
std::vector<std::int64_t> positions(std::int64_t rows) {
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i < rows; ++i)
    if (rows < 128 || i < 17 || (i + 17) % 1024 < 34 || i + 50 > rows)
      if (!sanitized || i % 7 == 0 || i + 1 == rows) all.push_back(i);
  return all;
}

/// A group in several sessions, which keep its plans.
template <class T>
class Sessions {
 public:
  Sessions(const Group& group, std::int64_t rows, std::int64_t columns)
      : t_(dtype_of<T>(), rows, columns), fetches_(group.write(t_)), plain_(t_.graph, plainly()) {
    for (const SessionOptions& options : modes(rows)) sessions_.emplace_back(t_.graph, options);
  }

  /// With `special` in row `row` of source `which`.
  void check(std::size_t which, std::int64_t row, T special) {
    std::vector<Feed> feeds;
    for (std::size_t i = 0; i < t_.sources.size(); ++i) {
      const Shape& shape = t_.sources[i].shape();
      const std::int64_t at = row * shape[1] + row % shape[1];
      const auto seed = static_cast<std::uint32_t>(i + 4);
      feeds.push_back({t_.sources[i], spoilt<T>(shape, seed, i == which ? at : -1, special)});
    }
    const std::vector<Tensor> expected = values_of(plain_, fetches_, feeds);
    for (std::size_t mode = 0; mode < sessions_.size(); ++mode) {
      CAPTURE(mode);
      check_same_bytes(fetches_, values_of(sessions_[mode], fetches_, feeds), expected);
    }
  }

 private:
  Bench t_;
  std::vector<Output> fetches_;
  Session plain_;
  std::vector<Session> sessions_;
};

template <class T>
void check(const Group& group, std::int64_t rows, std::int64_t columns) {
  CAPTURE(std::string(group.step));
  CAPTURE(rows);
  CAPTURE(columns);
  Sessions<T> sessions(group, rows, columns);
  for (const std::size_t which : group.spoilt)
    for (const std::int64_t row : positions(rows)) {
      const std::vector<T> all = specials<T>();
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (rows > 1024 && i != static_cast<std::size_t>(row) % all.size()) continue;
        CAPTURE(which);
        CAPTURE(row);
        CAPTURE(all[i]);
        sessions.check(which, row, all[i]);
      }
    }
}

bool has_product(const Group& group) { return group.step.find("matmul") != std::string_view::npos; }

TEST_CASE("the groups are planned as such") {
  for (const Group& group : groups) {
    const Bench t(DType::f32, 2097, 3);
    std::vector<Feed> feeds;
    for (const Output& source : t.sources)
      feeds.push_back({source, Tensor::zeros(DType::f32, source.shape())});
    const Step step = step_of(t.graph, group.write(t), {}, feeds);
    CHECK(step.size() == 1);
    CHECK(step[0] == group.step);
  }
}

TEST_CASE_TEMPLATE("special values in every place of fused groups", T, float, double) {
  for (const Group& group : groups)
    for (const std::int64_t rows : {79, 2097}) {
      if (!has_product(group)) {
        check<T>(group, rows, 1);
        continue;
      }
      for (const std::int64_t columns : {1, 2, 4, 5, 16, 40}) {
        if (rows > 1024 && columns > 2) continue;
        check<T>(group, rows, columns);
      }
    }
}

TEST_CASE("special values in fused groups on lower instruction sets") {
  const std::vector<std::int64_t> targets = InstructionSet::all();
  for (std::size_t i = 1; i < targets.size(); ++i) {
    CAPTURE(targets[i]);
    const InstructionSet only(targets[i]);
    for (const Group& group : groups) {
      check<float>(group, 79, 3);
      if (!sanitized) check<double>(group, 79, 2);
    }
  }
}

/// A constant matrix is read column by column.
template <class T>
void check_constant(std::int64_t rows, std::int64_t columns, std::int64_t row, T special) {
  const Graph graph;
  const Tensor matrix = spoilt<T>({rows, columns}, 4, row * columns + row % columns, special);
  const Output x = constant(graph, matrix);
  const Output v = variable(graph, sample<T>({columns, 1}, 5));
  const Output y = constant(graph, sample<T>({rows, 1}, 6));
  const Output e = matmul(x, v) - y;
  const std::vector<Output> fetches{matmul(transpose(x), e), reduce_sum(square(e)), e};
  const auto values = [&](const SessionOptions& options) {
    Session session(graph, options);
    session.run(global_variables_initializer(graph));
    std::vector<Tensor> all = values_of(session, fetches);
    all.push_back(values_of(session, {fetches[0]})[0]);
    return all;
  };
  std::vector<Output> fetched = fetches;
  fetched.push_back(fetches[0]);
  const std::vector<Tensor> expected = values(plainly());
  for (const SessionOptions& options : modes(rows)) {
    CAPTURE(options.threads);
    CAPTURE(options.optimizations.generate_code);
    check_same_bytes(fetched, values(options), expected);
  }
}

TEST_CASE_TEMPLATE("special values in every place of a constant matrix", T, float, double) {
  for (const std::int64_t columns : {2, 3, 5, 12})
    for (const std::int64_t rows : {79, 2097})
      for (const std::int64_t row : positions(rows)) {
        if (rows > 1024 && columns > 3) continue;
        CAPTURE(columns);
        CAPTURE(rows);
        CAPTURE(row);
        const std::vector<T> all = specials<T>();
        check_constant<T>(rows, columns, row, all[static_cast<std::size_t>(row) % all.size()]);
      }
}

}  // namespace
}  // namespace deft
