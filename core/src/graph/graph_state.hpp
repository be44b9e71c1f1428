#pragma once

#include <atomic>
#include <map>
#include <memory_resource>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>

#include "build_mutex.hpp"
#include "control_order.hpp"
#include "name_table.hpp"
#include "node_index.hpp"
#include "stable_vector.hpp"

namespace deft {

/// What the RAII scopes of one thread add to the nodes that it creates.
struct BuildScope {
  std::string prefix;  // "outer/inner/"
  std::vector<NodeId> control_inputs;
  std::optional<SourceLocation> forward;  // of ForwardLocation
  int living = 0;                         // scopes of the thread; the last one takes this with it
};

/// What the handles of a graph share. `mutex` guards all but reads of `nodes` and atomics.
struct GraphState {
  explicit GraphState(GraphOptions options) : log(std::move(options.log)) {}

  BuildMutex mutex;
  StableVector<Node> nodes;
  std::pmr::monotonic_buffer_resource memory;  // the arrays of all nodes
  NameTable names;
  NodeIndex index;
  ControlOrder added_control;
  std::atomic<std::size_t> num_added_control_edges{0};  // their number, without the lock
  std::map<std::thread::id, BuildScope> scopes;
  const Logger log;
};

}  // namespace deft
