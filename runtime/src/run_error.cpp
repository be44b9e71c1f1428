#include "run_error.hpp"

#include <new>
#include <utility>

#include <deft/core/op_def.hpp>

#include "line_text.hpp"

namespace deft {
namespace {

RunError about(const Node& node, const Graph& graph, ErrorInfo info, Inputs inputs) {
  info.op = std::string(node.op->name);
  info.node = node.name();
  info.where = node.where;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const Endpoint input = node.inputs[i];
    info.operands +=
        (i == 0 ? "" : ", ") +
        to_string(i < inputs.size() ? inputs[i] : graph.node(input.node).outputs[input.index]);
  }
  return RunError(std::move(info));
}

ErrorInfo handled_exception(const std::string& culprit) {
  try {
    throw;
  } catch (const Refusal& refusal) {
    return {.code = refusal.code, .message = refusal.message, .cure = refusal.cure};
  } catch (const Error& error) {
    return {.code = error.code(), .message = error.info().message, .cure = error.info().cure};
  } catch (const std::bad_alloc&) {
    return {.code = ErrorCode::resource_exhausted,
            .message = culprit + " was refused memory",
            .cure = "use smaller tensors or free memory"};
  } catch (const std::exception& error) {
    return {.code = ErrorCode::kernel_failure, .message = culprit + " failed: " + error.what()};
  } catch (...) {
    return {.code = ErrorCode::kernel_failure,
            .message = culprit + " failed with something that is not a std::exception"};
  }
}

}  // namespace

void refuse_node(const Node& node, const Graph& graph, ErrorInfo info, Inputs inputs) {
  throw about(node, graph, std::move(info), inputs);
}

std::exception_ptr failure_of(const char* culprit, const Node& node, const Graph& graph,
                              Inputs inputs) {
  return std::make_exception_ptr(about(node, graph, handled_exception(culprit), inputs));
}

std::string name_and_line(const Node& node) {
  return "'" + node.name() + "' (" + line_text(node.where) + ")";
}

}  // namespace deft
