#include "plan/emit/happens_before.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "support/plans/random_plan.hpp"

namespace deft {
namespace {

/// Of all pairs of instructions.
struct Answers {
  int right = 0;
  int too_careful = 0;  // false where true was right
  int wrong = 0;        // true where false was right
};

Answers compare(const Dag& dag) {
  Plan plan;
  plan.parallel = true;
  dag.put_in(plan);
  const HappensBefore happens_before(plan);
  const auto reaches = dag.reaches();
  Answers answers;
  for (std::uint32_t i = 0; i < dag.size(); ++i)
    for (std::uint32_t k = 0; k < dag.size(); ++k) {
      const bool said = happens_before(i, k);
      ++(said == reaches[i][k] ? answers.right : said ? answers.wrong : answers.too_careful);
    }
  return answers;
}

TEST_CASE("random orders of up to 64 instructions are known exactly") {
  Dice random(1);
  for (int i = 0; i < 300; ++i) {
    const std::uint32_t size = 1 + random.below(64);
    const double degree = 0.2 + 0.4 * random.below(8);
    const Answers answers = compare(random_dag(random, size, degree, 1 + random.below(size)));
    CHECK(answers.wrong == 0);
    CHECK(answers.too_careful == 0);
  }
}

TEST_CASE("of random orders of many chains nothing is said that does not hold") {
  Dice random(2);
  int known = 0;
  int too_careful = 0;
  for (int i = 0; i < 30; ++i) {
    const Answers answers = compare(random_dag(random, 400, 0.3 + 0.1 * (i % 10), 50));
    CHECK(answers.wrong == 0);
    known += answers.right;
    too_careful += answers.too_careful;
  }
  CHECK(too_careful < known);
}

/// `count` chains of `length`, one instruction of each in turn.
Dag chains(std::uint32_t count, std::uint32_t length) {
  Dag dag(count * length);
  for (std::uint32_t i = 0; i + count < dag.size(); ++i) dag.add(i, i + count);
  return dag;
}

TEST_CASE("64 chains are followed, of 65 the last is not") {
  const Answers exact = compare(chains(64, 5));
  CHECK(exact.wrong == 0);
  CHECK(exact.too_careful == 0);
  const Answers careful = compare(chains(65, 5));
  CHECK(careful.wrong == 0);
  CHECK(careful.too_careful == 5 * 4 / 2);
}

TEST_CASE("chains that part, meet and part again are known exactly") {
  constexpr std::uint32_t width = 24;
  constexpr std::uint32_t middle = width + 1;
  Dag dag(2 * width + 3);
  for (std::uint32_t i = 1; i <= width; ++i) {
    dag.add(0, i);
    dag.add(i, middle);
    dag.add(middle, middle + i);
    dag.add(middle + i, middle + width + 1);
  }
  const Answers answers = compare(dag);
  CHECK(answers.wrong == 0);
  CHECK(answers.too_careful == 0);
}

TEST_CASE("a plan that runs in order has the order of its instructions, whatever its edges") {
  Plan plan;
  Dag(4).put_in(plan);
  const HappensBefore happens_before(plan);
  CHECK(happens_before(0, 1));
  CHECK(happens_before(0, 3));
  CHECK_FALSE(happens_before(2, 2));
  CHECK_FALSE(happens_before(3, 0));
}

TEST_CASE("a plan without instructions has no order") {
  Plan plan;
  plan.parallel = true;
  Dag(0).put_in(plan);
  CHECK_NOTHROW(HappensBefore{plan});
}

}  // namespace
}  // namespace deft
