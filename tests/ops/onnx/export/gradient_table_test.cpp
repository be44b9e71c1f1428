#include <cstddef>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/onnx/onnx.hpp>

#include "runtime/graphs/gradient_table/array.hpp"
#include "runtime/graphs/gradient_table/elementwise.hpp"
#include "runtime/graphs/gradient_table/indexing.hpp"
#include "runtime/graphs/gradient_table/linalg.hpp"
#include "runtime/graphs/gradient_table/movement.hpp"
#include "runtime/graphs/gradient_table/nn.hpp"
#include "runtime/graphs/gradient_table/ordering.hpp"
#include "runtime/graphs/gradient_table/reduce.hpp"
#include "runtime/graphs/gradient_table/special.hpp"
#include "support/same_results.hpp"

// The graphs of the table of gradients, of all operations but decompositions and draws, with the
// gradients that they have, in f64.
namespace deft {
namespace {

std::vector<GradientRow> rows() {
  std::vector<GradientRow> all;
  for (const auto& family :
       {array_rows(), elementwise_rows(), indexing_rows(), linalg_rows(), movement_rows(),
        nn_rows(), ordering_rows(), reduce_rows(), special_rows()})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

/// A case in a graph of its own: what it builds, and its gradients if it has any.
struct Built {
  Graph graph = {};
  std::vector<Output> xs = {};
  std::vector<NamedOutput> outputs = {};
  std::vector<Feed> feeds = {};

  Built(const GradientRow& row, const GradientCase& of, bool unknown_dims) {
    for (const Tensor& value : of.at) {
      const std::vector<std::int64_t> unknown(value.shape().rank(), Shape::unknown);
      xs.push_back(placeholder(graph, DType::f64, unknown_dims ? Shape(unknown) : value.shape(),
                               {.name = "x" + std::to_string(xs.size())}));
      feeds.push_back({xs.back(), value});
    }
    const Output y = of.build(xs);
    outputs.push_back({"y", y});
    if (row.verdict != Verdict::numerical || xs.empty() || !is_floating(y.dtype())) return;
    for (const Output& grad : gradients(reduce_sum(square(y + 1.5)), xs))
      outputs.push_back({"grad" + std::to_string(outputs.size()), grad});
  }

  std::vector<Output> fetches() const {
    std::vector<Output> all;
    for (const NamedOutput& named : outputs) all.push_back(named.output);
    return all;
  }
};

/// What the model gives that was exported; nothing if some node cannot be.
std::vector<Tensor> values_of_model(const Built& built, const OnnxExportOptions& options) {
  std::vector<std::byte> bytes;
  try {
    bytes = export_onnx(built.outputs, options);
  } catch (const GraphError& error) {
    const std::string& message = error.info().message;
    CHECK_MESSAGE(message.find("cannot be exported to ONNX") != std::string::npos, message);
    return {};
  }
  const Graph graph;
  const OnnxModel model = import_onnx(graph, bytes);
  std::vector<Feed> feeds;
  for (const NamedOutput& input : model.inputs)
    for (const Feed& feed : built.feeds)
      if (feed.placeholder.name() == input.name) feeds.push_back({input.output, feed.value});
  std::vector<Output> fetches;
  for (const NamedOutput& output : model.outputs) fetches.push_back(output.output);
  Session session(graph);
  return values_of(session, fetches, feeds);
}

TEST_CASE("graphs of every operation and their gradients come back to the bit or are refused") {
  std::size_t exported = 0, refused = 0;
  for (const GradientRow& row : rows())
    for (const GradientCase& of : row.cases)
      for (const bool unknown_dims : {false, true}) {
        if (unknown_dims && of.known_shapes_only) continue;
        CAPTURE(row.op);
        CAPTURE(of.name);
        CAPTURE(unknown_dims);
        const Built built(row, of, unknown_dims);
        Session session(built.graph);
        std::vector<Tensor> found;
        CHECK_NOTHROW(found = values_of_model(
                          built, {.value_of = [&](const Output& v) { return session.value(v); }}));
        ++(found.empty() ? refused : exported);
        if (found.empty()) continue;
        const std::vector<Tensor> expected = values_of(session, built.fetches(), built.feeds);
        REQUIRE(found.size() == expected.size());
        for (std::size_t i = 0; i < found.size(); ++i)
          CHECK_MESSAGE(bitwise_equal(found[i], expected[i]),
                        first_difference(found[i], expected[i]));
      }
  MESSAGE(exported, " exported, ", refused, " refused");
  CHECK(exported > 8 * refused);
}

}  // namespace
}  // namespace deft
