#pragma once

#include <deft/deft.hpp>

#include "support/plans/step_text.hpp"

namespace deft {

/// Options of a session that reassociates on one thread, without fused groups, which hide single
/// operations.
inline SessionOptions reassociating(Numerics numerics = Numerics::reassociate) {
  SessionOptions options{.threads = 1};
  options.optimizations.fuse = false;
  options.numerics = numerics;
  return options;
}

/// What a session with `options` makes of a step.
inline Explanation explained(const Graph& graph, const Output& fetch, const SessionOptions& options,
                             const Feeds& feeds = {}) {
  Session session(graph, options);
  return session.explain(fetch, feeds);
}

inline Step step_with(const Graph& graph, const Output& fetch, const SessionOptions& options,
                      const Feeds& feeds = {}) {
  return text_of(explained(graph, fetch, options, feeds).operations);
}

}  // namespace deft
