#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <deft/core/error.hpp>
#include <deft/core/graph.hpp>

#include "edit_distance.hpp"
#include "graph_state.hpp"

// Nodes and outputs by name.

namespace deft {
namespace {

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('/') + 1); }

/// How unlike two names are; nothing if they have little in common. "w" is nearer to "layer/w" than
/// to "v".
std::optional<std::size_t> unlikeness(std::string_view wanted, std::string_view name) {
  constexpr std::size_t most = 2;  // characters that differ
  if (last_part(wanted) == last_part(name)) return 0;
  const std::size_t distance = edit_distance(wanted, name, most);
  if (distance > most || distance >= wanted.size()) return std::nullopt;
  return distance;
}

/// "there are 'a', 'b'": the names most like `wanted`, or where else to look.
std::string similar_names(const Graph& graph, std::string_view wanted) {
  constexpr std::size_t shown = 3;
  std::vector<std::pair<std::size_t, std::string>> similar;
  const std::size_t size = graph.num_nodes();
  for (NodeId id = 0; id < size; ++id) {
    std::string name = graph.node(id).name();
    if (const auto unlike = unlikeness(wanted, name))
      similar.emplace_back(*unlike, std::move(name));
  }
  if (similar.empty())
    return "names are given by NodeOptions::name and NameScope; to_dot(graph) shows them all";
  const std::size_t count = std::min(shown, similar.size());
  std::partial_sort(similar.begin(), similar.begin() + static_cast<std::ptrdiff_t>(count),
                    similar.end());
  std::string text = count == 1 ? "there is " : "there are ";
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "'" : ", '") + similar[i].second + "'";
  return text;
}

/// "name:1" as "name" and 1.
std::pair<std::string_view, std::optional<std::uint32_t>> split_index(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  if (colon == std::string_view::npos) return {name, 0};
  const std::string_view digits = name.substr(colon + 1);
  std::uint32_t index = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  const bool is_number = fault == std::errc() && end == digits.data() + digits.size();
  return {name.substr(0, colon), is_number ? std::optional(index) : std::nullopt};
}

}  // namespace

std::string Graph::next_name(std::string_view name) const {
  const BuildLock lock(state_->mutex);
  const auto scope = state_->scopes.find(std::this_thread::get_id());
  const std::string prefix = scope == state_->scopes.end() ? "" : scope->second.prefix;
  const std::string wanted = prefix + std::string(name);
  const auto [base, suffix] = state_->names.next(wanted);
  return suffix == 0 ? std::string(base) : std::string(base) + "_" + std::to_string(suffix);
}

bool Graph::contains(std::string_view name) const {
  const BuildLock lock(state_->mutex);
  return state_->index.find(state_->nodes, name).has_value();
}

Output Graph::find(std::string_view name, SourceLocation where) const {
  std::optional<NodeId> id;
  {
    const BuildLock lock(state_->mutex, where);
    id = state_->index.find(state_->nodes, name);
  }
  if (!id)
    throw GraphError({.message = "there is no node '" + std::string(name) + "' in the graph",
                      .cure = similar_names(*this, name),
                      .where = where});
  return {state_, {*id, 0}};
}

Output Graph::find_output(std::string_view name, SourceLocation where) const {
  const auto [of, index] = split_index(name);
  const auto fail = [&](const std::string& message, const std::string& cure) {
    throw GraphError({.message = message, .cure = cure, .where = where});
  };
  if (!index)
    fail("'" + std::string(name) + "' is no name of an output",
         "write 'name' or 'name:1', with the number of the output");
  const Output first = find(of, where);
  const std::size_t count = first.node().outputs.size();
  if (*index >= count)
    fail("'" + std::string(of) + "' has no output " + std::to_string(*index) + " but " +
             std::to_string(count) + (count == 1 ? " output" : " outputs"),
         count == 0 ? "find gives what it is run by" : "outputs are numbered from 0");
  return {state_, {first.node_id(), *index}};
}

}  // namespace deft
