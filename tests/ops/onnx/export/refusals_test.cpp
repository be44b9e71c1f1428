#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/onnx/onnx.hpp>

#include "caught.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

std::string refusal(const std::vector<NamedOutput>& outputs,
                    const OnnxExportOptions& options = {}) {
  return caught<GraphError>([&] { export_onnx(outputs, options); }).info().message;
}

TEST_CASE("all that cannot be exported is listed and nothing is written") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {3, 3}, {.name = "x"});
  const int line = __LINE__ + 1;
  const Output inverted = inverse(x, {.name = "first"});
  const Output counted = variable(graph, Tensor{1.0F}, {.name = "counter"});
  const Random random(graph, {.seed = 1});
  const Output noise = random_uniform(random, DType::f32, {3, 3}, {.name = "noise"});
  const Output y = inverted + cholesky(x) + noise + counted;
  const TempFolder folder;
  folder.add("model.onnx", "old");
  const GraphError error = caught<GraphError>([&] {
    export_onnx({{"y", y}}, folder / "model.onnx");
  });
  const std::string& message = error.info().message;
  CAPTURE(message);
  CHECK(message.find("5 nodes cannot be exported") != std::string::npos);
  const std::string place = std::string(__FILE__) + ':' + std::to_string(line);
  for (const std::string& part :
       {"inverse \"first\" (" + place + "): ONNX has no such operation",
        std::string("cholesky \"cholesky\""), std::string("variable \"counter\""),
        std::string("variable \"step\""), std::string("OnnxExportOptions::value_of"),
        std::string("random_uniform \"noise\""),
        std::string("no random numbers that come out the same again")}) {
    CAPTURE(part);
    CHECK(message.find(part) != std::string::npos);
  }
  CHECK(folder.read("model.onnx") == "old");
  CHECK_NOTHROW(export_onnx({{"y", y}}, {.inputs = {{"x", y}}}));
}

TEST_CASE("what ONNX says at another version or of other dtypes is refused with the reason") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 6, 1}, {.name = "x"});
  const Output at = constant(graph, Tensor{{{0}}, {{1}}}.to(DType::i64));
  const auto reason = [](const Output& y) { return refusal({{"y", y}}); };
  CHECK(reason(scatter_elements(x, at, slice(x, 1, {0, 1}), 1, ScatterReduction::maximum))
            .find("from opset 18 on") != std::string::npos);
  CHECK(reason(max_pool(cast(x, DType::i32), {.window = {2}})).find("pools floating numbers") !=
        std::string::npos);
  CHECK(reason(average_pool(x, {.window = {2}, .dilations = {2}})).find("opset 19") !=
        std::string::npos);
  const Output v = variable(graph, Tensor{1.0F}, {.name = "v"});
  CHECK(reason(assign(v, exp(v))).find("keep no state") != std::string::npos);
}

TEST_CASE("a users own operation has no name in ONNX") {
  static constexpr OpDef relu_op{
      .name = "tanh",  // as one of deft's is called
      .arity = {1, 1},
      .infer = [](const InferContext& context) -> std::vector<TensorSpec> {
        return {context.inputs[0]};
      },
      .kernel = [](const KernelContext&) { return Kernel::forward(); },
  };
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {3}, {.name = "x"});
  CHECK(refusal({{"y", add_node(relu_op, {x}, {}, {})}}).find("not one of deft's own operations") !=
        std::string::npos);
}

TEST_CASE("what is asked for must make sense") {
  const Graph graph, other;
  const Output x = placeholder(graph, DType::f32, {3}, {.name = "x"});
  const Output y = exp(x, {.name = "y"});
  const std::map<std::string, std::string> problems{
      {"there is no output to export", refusal({})},
      {"an output has no name", refusal({{"", y}})},
      {"the output \"y\" is an empty Output", refusal({{"y", Output()}})},
      {"is an operation without an output", refusal({{"y", group({y})}})},
      {"two outputs have the name \"y\"", refusal({{"y", y}, {"y", x}})},
      {"is of another graph than",
       refusal({{"y", y}}, {.inputs = {{"z", constant(other, Tensor{1})}}})},
      {"the output \"x\" has the name of an input that it is not", refusal({{"x", y}})},
      {"x is an input under two names", refusal({{"y", y}}, {.inputs = {{"a", x}, {"b", x}}})},
      {"the placeholder \"x\" has the name of another input",
       refusal({{"y", x + y}}, {.inputs = {{"x", y}}})}};
  for (const auto& problem : problems) {
    CAPTURE(problem.second);
    CHECK(problem.second.find(problem.first) != std::string::npos);
  }
  const Output v = variable(graph, Tensor{1.0F}, {.name = "v"});
  const auto wrong = [](const Output&) { return Tensor{1, 2}; };
  CHECK(refusal({{"y", v}}, {.value_of = wrong}).find("value_of gives i32[2]") !=
        std::string::npos);
}

}  // namespace
}  // namespace deft
