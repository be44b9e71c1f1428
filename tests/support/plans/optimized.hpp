#pragma once

// SessionOptions::optimizations: each alone and all together give the bytes that none gives.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/same_results.hpp"
#include "support/samples.hpp"
#include "support/sanitizers.hpp"

namespace deft {

/// Passes that are switched on.
struct Choice {
  const char* name;
  Optimizations enabled;
};

/// `generate_code` is about what `fuse` has made.
inline constexpr Choice choices[] = {
    {"simplify", {true, false, false, false, false}},
    {"fold_constants", {false, true, false, false, false}},
    {"merge_duplicates", {false, false, true, false, false}},
    {"fuse", {false, false, false, true, false}},
    {"fuse, generate_code", {false, false, false, true, true}},
    {"all but generate_code", {true, true, true, true, false}},
    {"all", {}},
};

/// A graph, and what to fetch of it.
struct OptimizedCase {
  Graph graph;
  std::vector<Output> start;  // to be run one after the other
  Output step;
  std::vector<Output> fetches;
};

/// Every fetch by itself, so that a plan need not keep others; all at once; and these after steps,
/// which are one run and several.
inline std::vector<Tensor> values_of(const OptimizedCase& c, const SessionOptions& options) {
  Session session(c.graph, options);
  for (const Output& each : c.start) session.run(each);
  std::vector<Tensor> values;
  const auto fetch_all = [&] {
    for (const Tensor& value : values_of(session, c.fetches)) values.push_back(value);
  };
  for (const Output& fetch : c.fetches) values.push_back(with_one_nan(session.run(fetch)));
  fetch_all();
  session.run(c.step);
  fetch_all();
  session.run(c.step, {.steps = 3});
  fetch_all();
  return values;
}

inline void check_same(const OptimizedCase& c, const std::vector<Tensor>& found,
                       const std::vector<Tensor>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const Node& node = c.fetches[i % c.fetches.size()].node();
    const std::string what = difference(node, found[i], expected[i]);
    if (what.empty()) continue;
    const std::string where = "line " + std::to_string(node.where.line) + ", round " +
                              std::to_string(i / c.fetches.size()) + ", " + what;
    FAIL_CHECK(where);
  }
}

inline void check_all_choices(const OptimizedCase& c) {
  const std::vector<Tensor> expected =
      values_of(c, {.threads = 1, .optimizations = Optimizations::none()});
  std::vector<SessionOptions> schedules{{.threads = 2, .chaos_seed = 1}};
  if (!sanitized) schedules.insert(schedules.end(), {{.threads = 1}, {.threads = 2}});
  for (const Choice& choice : choices)
    for (const SessionOptions& schedule : schedules) {
      INFO(std::string(choice.name));
      CAPTURE(schedule.threads);
      CAPTURE(schedule.chaos_seed.has_value());
      SessionOptions options = schedule;
      options.optimizations = choice.enabled;
      check_same(c, values_of(c, options), expected);
    }
}

/// Values as `sample` gives them; among those of a floating dtype NaN, infinities, zeros of both
/// signs and the extremes, if `special`.
template <class T>
Tensor data(const Shape& shape, std::uint32_t seed, bool special) {
  Tensor tensor = sample<T>(shape, seed);
  if constexpr (std::is_floating_point_v<T>) {
    const std::vector<T> values = special_values<T>();
    const std::span<T> elements = tensor.template mutable_data<T>();
    for (std::size_t i = seed % 3; special && i < elements.size(); i += 3)
      elements[i] = values[(i / 3 + seed) % values.size()];
  }
  return tensor;
}

inline Tensor data(DType dtype, const Shape& shape, std::uint32_t seed, bool special) {
  switch (dtype) {
    case DType::f32:
      return data<float>(shape, seed, special);
    case DType::f64:
      return data<double>(shape, seed, special);
    case DType::i64:
      return data<std::int64_t>(shape, seed, special);
    default:
      return data<std::int32_t>(shape, seed, special);
  }
}

}  // namespace deft
