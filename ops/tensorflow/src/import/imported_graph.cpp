#include <algorithm>

#include <deft/core/error.hpp>
#include <deft/tensorflow/import.hpp>

#include "graph_def/graph_def.hpp"
#include "text.hpp"

namespace deft {

using tensorflow::in_quotes;

Output ImportedGraph::find(std::string_view name, SourceLocation where) const {
  const auto fail = [&](const std::string& message, const std::string& cure) {
    throw GraphError({.message = message, .cure = cure, .where = where});
  };
  const auto named = tensorflow::parse_input(name);
  if (!named || named->is_control)
    fail(in_quotes(name) + " is no name of a result", "write it as \"node\" or \"node:1\"");
  const auto found = nodes.find(named->node);
  if (found == nodes.end()) {
    const bool is_left_out = std::ranges::find(left_out, named->node) != left_out.end();
    fail(is_left_out ? in_quotes(named->node) + " saves, restores or sums up, and was left out"
                     : "no node " + in_quotes(named->node) + " was imported",
         is_left_out
             ? "use read_tensorflow_checkpoint or write_tensorflow_checkpoint"
             : "write its name as TensorFlow does, and name it in .fetches if there are any");
  }
  if (named->index >= found->second.size())
    fail(in_quotes(named->node) + " has " + std::to_string(found->second.size()) +
             " outputs, but output " + std::to_string(named->index) + " is wanted",
         "ask for one of them");
  return found->second[named->index];
}

std::vector<std::pair<Output, Tensor>> ImportedGraph::restored(
    const std::vector<NamedTensor>& checkpoint, SourceLocation where) const {
  std::vector<std::pair<Output, Tensor>> values;
  std::string problems;
  for (const auto& [name, variable] : variables) {
    const auto found = std::ranges::find(checkpoint, name, &NamedTensor::name);
    if (found == checkpoint.end()) {
      problems += "\n  it has no " + in_quotes(name);
    } else if (found->tensor.spec() != variable.spec()) {
      problems += "\n  it has " + in_quotes(name) + " as " + to_string(found->tensor.spec()) +
                  ", but the variable is " + to_string(variable.spec());
    } else {
      values.emplace_back(variable, found->tensor);
    }
  }
  if (!problems.empty())
    throw GraphError({.code = ErrorCode::invalid_argument,
                      .message = "the checkpoint is of another graph:" + problems + "\n",
                      .cure = "give one that was saved from this graph",
                      .where = where});
  return values;
}

}  // namespace deft
