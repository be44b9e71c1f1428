#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/step_group.hpp>
#include <deft/ops/state.hpp>

#include "content_hash.hpp"
#include "execution/run_scope.hpp"
#include "session_impl.hpp"

// How the variables of a session become those of all ranks of a group.

namespace deft {
namespace {

/// What a rank tells the others. Sent as bytes, between processes of one program.
struct Standing {
  std::int64_t steps = 0;     // with the group, on this rank
  std::uint64_t graph = 0;    // a hash of the variables' names and specs
  std::uint64_t content = 0;  // a hash of their values; 0 if one has none
};

std::uint64_t hash_of_names(const std::vector<Output>& variables) {
  std::string text;
  for (const Output& variable : variables)
    text += variable.name() + ' ' + to_string(variable.spec()) + '\n';
  return std::hash<std::string>()(text);
}

class Rejoin {
 public:
  Rejoin(const Graph& graph, VariableStore& store, StepGroup& group, SourceLocation where)
      : variables_(variables_of(graph)), store_(store), group_(group), where_(where) {}

  /// A rank may learn only here that another has failed.
  void run() {
    const bool was_connected = group_.is_connected();
    try {
      if (was_connected) return agree();
    } catch (const RunError& error) {
      if (error.code() != ErrorCode::unavailable) throw;
    }
    group_.reconnect(where_);
    agree();
  }

 private:
  void agree() {
    const std::vector<Standing> all = exchange(standing());
    check(all);
    std::int64_t most = 0;
    for (const Standing& each : all) most = std::max(most, each.steps);
    const auto source = std::ranges::find(all, most, &Standing::steps);
    const bool same = std::ranges::all_of(all, [&](const Standing& each) {
      return each.content == source->content && each.steps == most;
    });
    if (!same) send_values(static_cast<int>(source - all.begin()));
    store_.set_group_steps(most);
  }

  static std::vector<Output> variables_of(const Graph& graph) {
    std::vector<Output> variables = global_variables(graph);
    std::ranges::sort(variables, {}, [](const Output& variable) { return variable.name(); });
    return variables;
  }

  std::vector<std::optional<Tensor>> values() const {
    std::vector<NodeId> ids;
    for (const Output& variable : variables_) ids.push_back(variable.node_id());
    return store_.values(ids);
  }

  Standing standing() const {
    Standing own{.steps = store_.group_steps(), .graph = hash_of_names(variables_)};
    std::vector<Tensor> known;
    for (std::optional<Tensor>& value : values())
      if (value) known.push_back(*std::move(value));
    if (known.size() == variables_.size()) own.content = content_hash(known);
    return own;
  }

  std::vector<Standing> exchange(const Standing& own) const {
    std::vector<Standing> all;
    for (const auto& bytes : group_.exchange(std::as_bytes(std::span(&own, 1)), where_)) {
      Standing& each = all.emplace_back();
      if (bytes.size() == sizeof each) std::memcpy(&each, bytes.data(), sizeof each);
    }
    return all;
  }

  void check(const std::vector<Standing>& all) const {
    for (std::size_t rank = 1; rank < all.size(); ++rank)
      if (all[rank].graph != all[0].graph)
        throw RunError({.code = ErrorCode::ranks_differ,
                        .message = "the variables of rank " + std::to_string(rank) +
                                   " have other names, dtypes or shapes than those of rank 0",
                        .cure = "build the same graph on all ranks",
                        .op = "Session::rejoin",
                        .where = where_});
  }

  /// All ranks have the variables that rank `source` has. Those that have no value there have none.
  void send_values(int source) {
    const bool is_source = group_.rank() == source;
    std::vector<std::byte> has_value;
    const std::vector<std::optional<Tensor>> own = values();
    has_value.reserve(own.size());
    for (const std::optional<Tensor>& value : own)
      has_value.push_back(static_cast<std::byte>(value.has_value()));
    group_.broadcast(has_value, source, where_);
    std::vector<std::pair<NodeId, Tensor>> received;
    for (std::size_t i = 0; i < variables_.size(); ++i) {
      if (has_value[i] == std::byte{0}) continue;
      const TensorSpec spec = variables_[i].spec();
      Tensor value = Tensor::uninitialized(spec.dtype, spec.shape);
      std::byte* const bytes = static_cast<std::byte*>(value.mutable_raw());
      if (is_source) std::memcpy(bytes, own[i]->raw(), value.num_bytes());
      group_.broadcast({bytes, value.num_bytes()}, source, where_);
      received.emplace_back(variables_[i].node_id(), std::move(value));
    }
    if (!is_source) store_.set(received);
  }

  const std::vector<Output> variables_;  // by name
  VariableStore& store_;
  StepGroup& group_;
  SourceLocation where_;
};

}  // namespace

void Session::rejoin(StepGroup& group, SourceLocation where) {
  impl_->check_process(where);
  if (RunScope::writing(&impl_->variables) != nullptr)
    throw RunError({.code = ErrorCode::write_conflict,
                    .message = "the session rejoins a group within a run that assigns variables",
                    .cure = "rejoin between two runs",
                    .op = "Session::rejoin",
                    .where = where});
  const std::lock_guard turn(impl_->variables.writer());
  Rejoin(impl_->graph, impl_->variables, group, where).run();
}

}  // namespace deft
