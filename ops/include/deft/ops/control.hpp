#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <deft/core/graph.hpp>

namespace deft {

/// An operation that does nothing and has no output; run it, or let others depend on it.
Output no_op(const Graph& graph, const NodeOptions& options = {});

/// An operation without output that is done when all of `outputs` are. At least one.
Output group(const std::vector<Output>& outputs, const NodeOptions& options = {});

/// Optional arguments of check_finite.
struct CheckFiniteOptions {
  std::vector<std::string> what = {};  // how errors call each of the outputs; default: its name
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// An operation without output that fails the run, and so undoes the step, if an element of `xs`,
/// floating, is NaN or infinite: the error names the first of them.
Output check_finite(const std::vector<Output>& xs, const CheckFiniteOptions& options = {});

}  // namespace deft
