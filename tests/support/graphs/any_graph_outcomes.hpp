#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <deft/deft.hpp>

#include "support/graphs/any_graph.hpp"
#include "support/same_results.hpp"

namespace deft {

/// What a run gave.
struct Outcome {
  std::vector<Output> fetches;
  std::vector<Tensor> values;
  std::string error;
};

inline Outcome outcome_of(Session& session, const std::vector<Output>& fetches, const Feeds& feeds,
                          std::int64_t steps = 1) {
  try {
    return {fetches, values_of(session, fetches, feeds, {.steps = steps}), ""};
  } catch (const RunError& error) {
    return {fetches, {}, error.what()};
  }
}

/// Several plans, of which some write the variables that others read.
inline std::vector<Outcome> outcomes_of(const AnyGraph& any, const SessionOptions& options) {
  Session session(any.grown.graph, options);
  std::vector<Outcome> all{outcome_of(session, {any.initialize}, any.grown.feeds(0))};
  for (const std::vector<Output>& fetches : any.fetches)
    all.push_back(outcome_of(session, fetches, any.grown.feeds(all.size())));
  all.push_back(outcome_of(session, {any.step}, any.grown.feeds(0)));
  all.push_back(outcome_of(session, {any.step}, any.grown.feeds(1), 3));
  all.push_back(outcome_of(session, any.fetches.back(), any.grown.feeds(1)));
  return all;
}

/// Where two runs part; nothing if they do not. The earliest node is named.
inline std::string difference(const Outcome& found, const Outcome& expected) {
  if (found.error != expected.error)
    return "error '" + found.error + "', not '" + expected.error + "'";
  for (std::size_t i = 0; i < found.values.size(); ++i)
    if (const std::string text =
            difference(found.fetches[i].node(), found.values[i], expected.values[i]);
        !text.empty())
      return text;
  return "";
}

inline std::string difference(const std::vector<Outcome>& found,
                              const std::vector<Outcome>& expected) {
  for (std::size_t i = 0; i < found.size(); ++i)
    if (const std::string text = difference(found[i], expected[i]); !text.empty())
      return "run " + std::to_string(i) + ", " + text;
  return "";
}

}  // namespace deft
