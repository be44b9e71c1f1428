// A user's own operations that state how a fused group computes them: in groups with built-in
// neighbours they give the bits of their kernels, with NaN and infinities among the values.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/graphs/any_graph/draws.hpp"
#include "support/graphs/any_graph/tensors.hpp"
#include "support/instruction_sets.hpp"
#include "support/ops/user_ops.hpp"
#include "support/plans/plain_run.hpp"
#include "support/plans/step_text.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

using namespace user;

/// Variables of `n` rows, and what may be made of them.
struct Bench {
  Bench(DType dtype, std::int64_t n, std::uint64_t seed) : draws(seed) {
    const auto make = [&](const Shape& shape) {
      return variable(graph, any_tensor(draws, {dtype, shape}, true));
    };
    x = make({n, 1});
    y = make({n, 1});
    matrix = make({n, 3});
    w = make({3, 1});
    low = make({});
    high = make({});
  }

  Draws draws;
  Graph graph;
  Output x, y, matrix, w, low, high;
};

struct Group {
  std::string_view step;  // that `all` is planned as
  std::vector<Output> (*write)(const Bench& t);
};

const Group groups[] = {
    {"fused(mul, soft_sign, sub)",
     [](const Bench& t) -> std::vector<Output> { return {call(soft_sign, {t.x * t.y}) - t.low}; }},
    {"fused(exp, damped, clamp, tanh)",
     [](const Bench& t) -> std::vector<Output> {
       return {tanh(call(clamp, {call(damped, {exp(t.x), t.y}), t.low, t.high}))};
     }},
    {"fused(square, clamp, add, centre)",
     [](const Bench& t) -> std::vector<Output> {
       return {call(centre, {call(clamp, {square(t.x), t.y, t.high}) + t.y})};
     }},
    {"fused(sub, my_sum, mul, reduce_max)",
     [](const Bench& t) -> std::vector<Output> {
       return {reduce_max(call(my_sum, {t.x - t.low, t.y}) * t.x)};
     }},
    {"fused(matmul, soft_sign, sub, gram, centre)",
     [](const Bench& t) -> std::vector<Output> {
       const Output e = call(soft_sign, {matmul(t.matrix, t.w)}) - t.y;
       return {call(gram, {t.matrix, e}), call(centre, {e})};
     }},
    {"fused(matmul, my_sum, damped, gram, soft_sign, mul)",
     [](const Bench& t) -> std::vector<Output> {
       const Output e = call(damped, {call(my_sum, {matmul(t.matrix, t.w), t.x}), t.low});
       return {call(soft_sign, {call(gram, {t.matrix, e})}) * t.w};
     }},
    {"fused(mul, shifted, shifted, tanh)",
     [](const Bench& t) -> std::vector<Output> {
       const Output y = call(shifted, {t.matrix * t.low, t.x});
       return {tanh(call(shifted, {y, reshape(t.w, {3})}))};
     }},
    {"fused(matmul, shifted, soft_sign, shifted, sub)",
     [](const Bench& t) -> std::vector<Output> {
       const Output y = call(shifted, {matmul(t.x, t.w, {.transpose_b = true}), t.y});
       return {call(shifted, {call(soft_sign, {y}), reshape(t.w, {3})}) - t.matrix};
     }},
    {"fused(less, damped, where, soft_sign)",
     [](const Bench& t) -> std::vector<Output> {
       const Output is_less = less(t.x, t.y);
       const Output either = where(is_less, call(damped, {t.y, t.x}), t.x);
       return {call(soft_sign, {either}), either};
     }},
};

std::vector<Tensor> values(const Bench& t, const std::vector<Output>& fetches,
                           const SessionOptions& options) {
  Session session(t.graph, options);
  session.run(global_variables_initializer(t.graph));
  return values_of(session, fetches);
}

void check(const Bench& t, const std::vector<Output>& fetches) {
  check_against_plain(fetches,
                      [&](const SessionOptions& options) { return values(t, fetches, options); });
}

TEST_CASE("groups with a user's operations are planned as such") {
  for (const Group& group : groups) {
    const Bench t(DType::f32, 3000, 1);
    const Step step = step_of(t.graph, group.write(t), {});
    CHECK(step.size() == 1);
    CHECK(step[0] == group.step);
  }
}

TEST_CASE("a user's operations in groups give the bits of their kernels") {
  constexpr std::uint64_t rounds = sanitized ? 2 : 12;
  for (const DType dtype : {DType::f32, DType::f64})
    for (const std::int64_t rows : {1, 2, 17, 1000, 1024, 1025, 9001})
      for (std::uint64_t seed = 0; seed < rounds; ++seed)
        for (const Group& group : groups) {
          CAPTURE(std::string(group.step));
          CAPTURE(std::string(to_string(dtype)));
          CAPTURE(rows);
          CAPTURE(seed);
          const Bench t(dtype, rows, seed);
          check(t, group.write(t));
        }
}

TEST_CASE("a user's reductions of integers in groups give the bits of their kernels") {
  for (const DType dtype : {DType::i32, DType::i64})
    for (const std::int64_t rows : {2, 17, 1024, 1025, 9001, 100'000}) {
      CAPTURE(std::string(to_string(dtype)));
      CAPTURE(rows);
      const Bench t(dtype, rows, static_cast<std::uint64_t>(rows));
      const Output a = t.x * 3 - t.y;
      const Output b = abs(t.y) + t.x;
      const std::vector<Output> fetches{call(total, {a}), call(largest, {a}), call(least, {b}),
                                        call(total, {b})};
      CHECK(step_of(t.graph, fetches, {}).size() == 1);
      check(t, fetches);
    }
}

TEST_CASE("a user's operations in groups on lower instruction sets") {
  for (const std::int64_t target : InstructionSet::all()) {
    const InstructionSet only(target);
    CAPTURE(target);
    for (const Group& group : groups) {
      CAPTURE(std::string(group.step));
      const Bench t(DType::f32, 1025, 3);
      check(t, group.write(t));
    }
  }
}

/// Chains of any of them and of built-in ones, in any order.
TEST_CASE("random groups with a user's operations give the bits of their kernels") {
  constexpr std::uint64_t graphs = sanitized ? 20 : 200;
  for (std::uint64_t seed = 0; seed < graphs; ++seed) {
    CAPTURE(seed);
    Bench t(seed % 3 == 0 ? DType::f64 : DType::f32, seed % 2 == 0 ? 1025 : 50, seed);
    std::vector<Output> made{t.x, t.y};
    for (int i = 0; i < 12; ++i) {
      const Output& x = made[made.size() - 1 - t.draws.below(2)];
      const Output& y = t.draws.of(made);
      switch (t.draws.below(8)) {
        case 0:
          made.push_back(call(soft_sign, {x}));
          break;
        case 1:
          made.push_back(call(damped, {x, t.draws.one_in(2) ? y : t.low}));
          break;
        case 2:
          made.push_back(call(clamp, {x, t.draws.one_in(2) ? y : t.low, t.high}));
          break;
        case 3:
          made.push_back(call(my_sum, {x, t.draws.one_in(2) ? y : t.high}));
          break;
        case 4:
          made.push_back(x * y);
          break;
        case 5:
          made.push_back(where(greater_equal(x, y), x, t.low));
          break;
        case 6:
          made.push_back(t.high - x);
          break;
        default:
          made.push_back(exp(-abs(x)));
      }
    }
    std::vector<Output> fetches{made.back(), reduce_sum(made.back()), call(centre, {made[9]})};
    if (t.draws.one_in(2)) fetches.push_back(t.draws.of(made));
    check(t, fetches);
  }
}

}  // namespace
}  // namespace deft
