#include "gradient_check.hpp"

#include <algorithm>
#include <new>
#include <string>

#include <deft/core/error.hpp>
#include <deft/core/op_def.hpp>

namespace deft {
namespace {

std::string quoted(const std::string& name) { return "'" + name + "'"; }

[[noreturn]] void refuse(ErrorCode code, std::string message, std::string cure,
                         const GradientOptions& options) {
  throw GradientError({.code = code,
                       .message = std::move(message),
                       .cure = std::move(cure),
                       .op = "gradients",
                       .where = options.where});
}

void check_handles(const char* list, const std::vector<Output>& handles, const Graph& graph,
                   const GradientOptions& options) {
  for (std::size_t i = 0; i < handles.size(); ++i) {
    const std::string which = std::string(list) + "[" + std::to_string(i) + "]";
    if (handles[i].is_empty())
      refuse(ErrorCode::empty_handle, which + " is an empty Output",
             "give it the result of a builder", options);
    if (!(handles[i].graph() == graph))
      refuse(ErrorCode::wrong_graph,
             which + ", " + quoted(handles[i].name()) + ", belongs to another graph",
             "differentiate within one graph", options);
    if (handles[i].index() >= handles[i].node().outputs.size())
      refuse(ErrorCode::invalid_argument,
             which + ", " + quoted(handles[i].name()) + ", is an operation without output",
             "pass an Output that has a value", options);
  }
}

void check_floating(const char* list, const std::vector<Output>& handles,
                    const GradientOptions& options) {
  for (const Output& handle : handles)
    if (!is_floating(handle.dtype()) && !is_floating_at_rest(handle.dtype()))
      refuse(ErrorCode::dtype_mismatch,
             std::string(list) + " contains " + quoted(handle.name()) + " of dtype " +
                 std::string(to_string(handle.dtype())) +
                 ", but gradients exist for floating dtypes",
             "cast to a floating dtype", options);
}

void check_seeds(const std::vector<Output>& ys, const GradientOptions& options) {
  if (!options.grad_ys.empty()) {
    check_counterparts("grad_ys", options.grad_ys, "y", ys, options);
    return;
  }
  for (const Output& y : ys)
    if (!y.shape().is_fully_defined() || y.shape().num_elements() != 1)
      refuse(ErrorCode::shape_mismatch,
             quoted(y.name()) + " has the shape " + y.shape().to_string() +
                 ", but only a scalar can be differentiated without grad_ys",
             "reduce it to a scalar, or pass grad_ys", options);
}

/// "loss <- mul_1 <- digits": one way from a y down to node `target`, shortened in the middle.
std::string path_to(const Graph& graph, NodeId target, const std::vector<Output>& ys) {
  NodeId last = target;
  for (const Output& y : ys) last = std::max(last, y.node_id());
  // leads[i]: the input through which node target + i was found to depend on target.
  std::vector<NodeId> leads(last - target + std::size_t{1}, target);
  std::vector<bool> depends(leads.size(), false);
  depends[0] = true;
  for (NodeId id = target + 1; id <= last; ++id)
    for (const Endpoint input : graph.node(id).inputs)
      if (input.node >= target && depends[input.node - target]) {
        depends[id - target] = true;
        leads[id - target] = input.node;
      }
  std::vector<std::string> names;
  for (const Output& y : ys)
    if (y.node_id() >= target && depends[y.node_id() - target]) {
      for (NodeId id = y.node_id(); id != target; id = leads[id - target])
        names.push_back(graph.node(id).name());
      break;
    }
  names.push_back(graph.node(target).name());
  constexpr std::size_t shown = 4;  // at either end
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names.size() > 2 * shown && i == shown) {
      text += " <- ...";
      i = names.size() - shown;
    }
    text += (i == 0 ? "" : " <- ") + names[i];
  }
  return text;
}

}  // namespace

void check_counterparts(const std::string& list, const std::vector<Output>& given,
                        const std::string& of, const std::vector<Output>& counterparts,
                        const GradientOptions& options) {
  if (given.size() != counterparts.size())
    refuse(ErrorCode::invalid_argument,
           std::to_string(counterparts.size()) + " " + of + "s, but " +
               std::to_string(given.size()) + " " + list,
           "pass one per " + of, options);
  if (given.empty()) return;
  check_handles(list.c_str(), given, counterparts.front().graph(), options);
  for (std::size_t i = 0; i < given.size(); ++i) {
    const TensorSpec& wanted = counterparts[i].spec();
    const bool same_dtype = given[i].dtype() == wanted.dtype;
    if (same_dtype && given[i].shape().is_compatible_with(wanted.shape)) continue;
    refuse(same_dtype ? ErrorCode::shape_mismatch : ErrorCode::dtype_mismatch,
           list + "[" + std::to_string(i) + "] is " + to_string(given[i].spec()) + ", but " +
               quoted(counterparts[i].name()) + " is " + to_string(wanted),
           same_dtype ? "give it the shape of " + of : "cast it to the dtype of " + of, options);
  }
}

void check_gradient_arguments(const std::vector<Output>& ys, const std::vector<Output>& xs,
                              const GradientOptions& options) {
  if (ys.empty())
    refuse(ErrorCode::invalid_argument, "no ys are given", "pass what to differentiate", options);
  if (ys.front().is_empty())
    refuse(ErrorCode::empty_handle, "ys[0] is an empty Output", "give it the result of a builder",
           options);
  const Graph graph = ys.front().graph();
  check_handles("ys", ys, graph, options);
  check_handles("xs", xs, graph, options);
  check_handles("stop_gradients", options.stop_gradients, graph, options);
  check_floating("ys", ys, options);
  check_floating("xs", xs, options);
  check_seeds(ys, options);
}

void check_rule_result(const Node& node, std::span<const Output> inputs,
                       const std::vector<Output>& entries) {
  const auto fail = [&](const std::string& message) {
    refuse_rule(node, ErrorCode::internal, message);
  };
  if (entries.size() != inputs.size())
    fail("gave " + std::to_string(entries.size()) + " entries for " +
         std::to_string(inputs.size()) + " inputs");
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (entries[i].is_empty()) continue;
    const std::string which = " for input " + std::to_string(i) + " of ";
    if (!(entries[i].graph() == inputs[i].graph()))
      fail("gave " + quoted(entries[i].name()) + " of another graph" + which +
           to_string(inputs[i].spec()));
    if (entries[i].index() >= entries[i].node().outputs.size())
      fail("gave " + quoted(entries[i].name()) + ", which has no output," + which +
           to_string(inputs[i].spec()));
    if (entries[i].dtype() != inputs[i].dtype())
      fail("gave " + to_string(entries[i].spec()) + which + to_string(inputs[i].spec()));
  }
}

void refuse_rule(const Node& node, ErrorCode code, const std::string& message,
                 const std::string& cure) {
  throw GradientError({.code = code,
                       .message = "the gradient rule " + message,
                       .cure = cure,
                       .op = std::string(node.op->name),
                       .node = node.name(),
                       .where = node.where});
}

void refuse_failed_rule(const Node& node) {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    refuse_rule(node, ErrorCode::resource_exhausted, "was refused memory",
                "use a smaller graph or free memory");
  } catch (const Refusal& refusal) {
    refuse_rule(node, refusal.code, "failed: " + refusal.message);
  } catch (const Error& error) {
    const ErrorInfo& info = error.info();
    if (info.code == ErrorCode::resource_exhausted)
      refuse_rule(node, info.code, "was refused memory: " + info.message, info.cure);
    refuse_rule(node, info.code,
                "failed: " + info.op + (info.op.empty() ? "" : ": ") + info.message);
  } catch (const std::exception& error) {
    refuse_rule(node, ErrorCode::kernel_failure, std::string("failed: ") + error.what());
  } catch (...) {
    refuse_rule(node, ErrorCode::kernel_failure,
                "failed with something that is not a std::exception");
  }
}

void refuse_no_rule(const Graph& graph, NodeId id, const std::vector<Output>& ys,
                    const GradientOptions& options) {
  const Node& node = graph.node(id);
  const std::string reason(node.op->no_gradient);
  throw GradientError({.code = ErrorCode::not_differentiable,
                       .message = "has no gradient" + (reason.empty() ? "" : ": " + reason) +
                                  " (on the path " + path_to(graph, id, ys) + ")",
                       .cure = "wrap it in stop_gradient, or list it in stop_gradients",
                       .op = std::string(node.op->name),
                       .node = node.name(),
                       .where = options.where});
}

void refuse_unconnected(const std::vector<Output>& ys, const Output& x,
                        const GradientOptions& options) {
  std::string names;
  for (const Output& y : ys) names += (names.empty() ? "" : ", ") + quoted(y.name());
  refuse(ErrorCode::not_differentiable,
         names + (ys.size() == 1 ? " does" : " do") + " not depend on " + quoted(x.name()),
         "use Unconnected::zeros if a gradient of zero is meant", options);
}

}  // namespace deft
