#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/onnx/onnx.hpp>

#include "export/export_table.hpp"
#include "ops/onnx/export/cases/export_cases.hpp"
#include "support/same_results.hpp"

namespace deft {
namespace {

/// The outputs of the case's model, imported into another graph.
std::vector<Tensor> values_of_model(const ExportCase& of, const CaseGraph& built) {
  const std::vector<std::byte> bytes = export_onnx(built.outputs);
  const Graph graph;
  const OnnxModel model = import_onnx(graph, bytes);
  std::vector<Feed> feeds;
  for (const NamedOutput& input : model.inputs)
    for (std::size_t i = 0; i < of.inputs.size(); ++i)
      if (input.name == "x" + std::to_string(i)) feeds.push_back({input.output, of.inputs[i]});
  std::vector<Output> fetches;
  for (const NamedOutput& output : model.outputs) fetches.push_back(output.output);
  Session session(graph);
  return values_of(session, fetches, feeds);
}

std::vector<Tensor> values_of_graph(const ExportCase& of, const CaseGraph& built) {
  std::vector<Output> fetches;
  for (const NamedOutput& output : built.outputs) fetches.push_back(output.output);
  Session session(built.graph);
  return values_of(session, fetches, built.feeds(of));
}

TEST_CASE("what is exported and imported computes the same bits") {
  for (const ExportCase& of : export_cases()) {
    CAPTURE(title(of));
    const CaseGraph built(of);
    const std::vector<Tensor> expected = values_of_graph(of, built);
    std::vector<Tensor> found;
    CHECK_NOTHROW(found = values_of_model(of, built));
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      CAPTURE(i);
      CHECK_MESSAGE(bitwise_equal(found[i], expected[i]), first_difference(found[i], expected[i]));
    }
  }
}

TEST_CASE("every operation that is exported has a case with a node of it") {
  std::set<std::string> named, found;
  for (const ExportCase& of : export_cases()) {
    named.insert(of.op);
    const CaseGraph built(of);
    for (NodeId id = 0; id < built.graph.num_nodes(); ++id)
      if (built.graph.node(id).op->name == of.op) found.insert(of.op);
  }
  CHECK(found == named);
  for (const onnx::OpExport& op : onnx::all_exports()) {
    CAPTURE(op.name);
    CHECK(named.contains(std::string(op.name)));
  }
}

}  // namespace
}  // namespace deft
