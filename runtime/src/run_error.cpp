#include "run_error.hpp"

#include <new>
#include <utility>

namespace deft {
namespace {

RunError about(const Node& node, const Graph& graph, ErrorInfo info) {
  info.op = std::string(node.op->name);
  info.node = node.name();
  info.where = node.where;
  if (info.operands.empty())
    for (const Endpoint input : node.inputs)
      info.operands += (info.operands.empty() ? "" : ", ") +
                       to_string(graph.node(input.node).outputs[input.index]);
  return RunError(std::move(info));
}

ErrorInfo handled_exception() {
  try {
    throw;
  } catch (const Error& error) {
    return {.code = error.code(), .message = error.info().message, .cure = error.info().cure};
  } catch (const std::bad_alloc&) {
    return {.code = ErrorCode::resource_exhausted, .message = "the kernel was refused memory"};
  } catch (const std::exception& error) {
    return {.code = ErrorCode::kernel_failure,
            .message = std::string("the kernel failed: ") + error.what()};
  } catch (...) {
    return {.code = ErrorCode::kernel_failure,
            .message = "the kernel failed with something that is not a std::exception"};
  }
}

}  // namespace

void refuse_node(const Node& node, const Graph& graph, ErrorInfo info) {
  throw about(node, graph, std::move(info));
}

std::exception_ptr kernel_failure(const Graph& graph, const Node& node) {
  return std::make_exception_ptr(about(node, graph, handled_exception()));
}

std::string name_and_line(const Node& node) {
  return "'" + node.name() + "' (" + node.where.file + ":" + std::to_string(node.where.line) + ")";
}

}  // namespace deft
