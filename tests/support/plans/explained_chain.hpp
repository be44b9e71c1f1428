#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

namespace deft {

/// As explanations and errors name the line of a node.
inline std::string line_of(const Output& output) {
  const SourceLocation where = output.node().where;
  return std::string("(") + where.file + ":" + std::to_string(where.line) + ")";
}

inline void check_has(const std::string& text, const std::string& part) {
  CAPTURE(text);
  CAPTURE(part);
  CHECK(text.find(part) != std::string::npos);
}

/// The chain as "first", "edge -> second", ...
inline std::vector<std::string> chain_of(const Explanation& explanation) {
  std::vector<std::string> links;
  for (const Explanation::Link& link : explanation.chain)
    links.push_back((link.edge.empty() ? "" : link.edge + " -> ") +
                    explanation.operations.at(link.operation).node);
  return links;
}

using Links = std::vector<std::string>;

inline std::atomic<int> executions{0};  // of `timed`

/// A user's operation f32[] -> f32[] whose estimate, in nanoseconds, is its attribute.
inline constexpr OpDef timed{
    .name = "timed",
    .arity = {1, 1},
    .effect = Effect::stateful,
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel =
        [](const KernelContext& c) {
          Kernel kernel = make_kernel(
              [](const KernelArgs& args) {
                ++executions;
                *args.output<float>() = *args.input<float>(0);
              },
              0);
          kernel.nanoseconds = static_cast<double>(c.attributes.get<std::int64_t>("ns"));
          return kernel;
        },
};

inline Output timed_op(const Output& x, std::int64_t nanoseconds, std::string_view name,
                       SourceLocation where = SourceLocation::current()) {
  return add_node(timed, {x}, {{"ns", nanoseconds}}, {.name = name, .where = where});
}

}  // namespace deft
