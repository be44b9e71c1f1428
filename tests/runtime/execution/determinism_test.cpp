// Results are the same bytes, whatever the number of threads and the order in which they work.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/graphs/random_graph.hpp"
#include "support/graphs/training_models.hpp"
#include "support/instruction_sets.hpp"
#include "support/sanitizers.hpp"

namespace deft {
namespace {

constexpr std::int64_t steps = sanitized ? 10 : 50;
constexpr std::uint64_t chaos_seeds = sanitized ? 2 : 20;
constexpr std::uint32_t random_graphs = sanitized ? 4 : 20;

std::vector<Tensor> variables_after(const TrainingModel& model, const SessionOptions& options,
                                    const RunOptions& run) {
  Session session(model.graph, options);
  session.run(model.initialize);
  session.run(model.step, run);
  return session.run(model.variables);
}

/// Those of one thread, which also checks that they are finite.
std::vector<Tensor> expected_variables(const TrainingModel& model) {
  return variables_after(model, {.threads = 1}, {.steps = steps, .check_numerics = true});
}

void check_same_variables(const TrainingModel& model, const std::vector<Tensor>& expected,
                          int threads, std::optional<std::uint64_t> seed) {
  CAPTURE(threads);
  CAPTURE(seed.value_or(0));
  const std::vector<Tensor> found =
      variables_after(model, {.threads = threads, .chaos_seed = seed}, {.steps = steps});
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    CAPTURE(i);
    CHECK(bitwise_equal(found[i], expected[i]));
  }
}

/// The two best instruction sets.
std::vector<std::int64_t> caps() {
  std::vector<std::int64_t> found = InstructionSet::all();
  found.resize(std::min<std::size_t>(found.size(), 2));
  return found;
}

void check_all_schedules(const TrainingModel& model) {
  for (const std::int64_t cap : caps()) {
    CAPTURE(cap);
    const InstructionSet only(cap);
    const std::vector<Tensor> expected = expected_variables(model);
    for (const int threads : {1, 2, 3, 4, 8}) {
      check_same_variables(model, expected, threads, std::nullopt);
      for (std::uint64_t seed = 1; seed <= chaos_seeds; ++seed)
        check_same_variables(model, expected, threads, seed);
    }
  }
}

TEST_CASE("a regression is the same bytes for all threads and schedules") {
  check_all_schedules(regression_model(DType::f64, 3001, 2));
  check_all_schedules(regression_model(DType::f32, 520, 65));
}

TEST_CASE("a cross-validation is the same bytes for all threads and schedules") {
  check_all_schedules(cross_validation_model(3, 4, 200, 8));
}

TEST_CASE("no step of a random graph is like the one before") {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    const RandomGraph random(seed, {3, 5, 9}, 16);
    const std::vector<Tensor> after = expected_variables(random.model());
    const std::vector<Tensor> before =
        variables_after(random.model(), {.threads = 1}, {.steps = steps - 1});
    for (std::size_t i = 0; i < after.size(); ++i) {
      CAPTURE(i);
      CHECK_FALSE(bitwise_equal(after[i], before[i]));
    }
  }
}

TEST_CASE("two random graphs are the same bytes for all threads and schedules") {
  check_all_schedules(RandomGraph(5, {3, 17, 33}, 16).model());
  check_all_schedules(RandomGraph(4, {1, 257, 64}, 6).model());
}

TEST_CASE("many random graphs are the same bytes for all threads") {
  const std::vector<Shape> shapes = {{2, 3, 5}, {1, 1, 127}, {7, 30, 1}, {1, 520, 64}, {150, 7, 9}};
  for (std::uint32_t seed = 100; seed < 100 + random_graphs; ++seed) {
    CAPTURE(seed);
    const RandomGraph random(seed, shapes[seed % shapes.size()], 12 + static_cast<int>(seed % 20));
    const std::vector<Tensor> expected = expected_variables(random.model());
    for (const int threads : {2, 3, 4, 8}) {
      check_same_variables(random.model(), expected, threads, std::nullopt);
      check_same_variables(random.model(), expected, threads, seed);
    }
  }
}

}  // namespace
}  // namespace deft
