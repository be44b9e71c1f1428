#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/onnx/onnx.hpp>

#include "caught.hpp"
#include "proto_reader.hpp"
#include "support/child_process.hpp"
#include "support/refused_calls.hpp"
#include "support/samples.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

using Names = std::vector<std::string>;

/// What an exported model says. Holds the bytes that it refers to.
class Exported {
 public:
  explicit Exported(const std::vector<NamedOutput>& outputs, const OnnxExportOptions& options = {})
      : bytes_(export_onnx(outputs, options)),
        model_(onnx::read_model(
            {"the model", {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}, {}})) {}

  const onnx::ModelProto& model() const { return model_; }
  const onnx::GraphProto& graph() const { return model_.graph; }

  Names ops() const {
    Names names;
    for (const onnx::NodeProto& node : graph().nodes) names.push_back(node.op);
    return names;
  }
  Names initializers() const {
    Names names;
    for (const onnx::TensorProto& tensor : graph().initializers) names.push_back(tensor.name);
    return names;
  }
  Names inputs() const {
    Names names;
    for (const onnx::ValueProto& input : graph().inputs) names.push_back(input.name);
    return names;
  }

 private:
  std::vector<std::byte> bytes_;
  onnx::ModelProto model_;
};

std::string refusal(const std::vector<NamedOutput>& outputs,
                    const OnnxExportOptions& options = {}) {
  return caught<GraphError>([&] { export_onnx(outputs, options); }).info().message;
}

/// tanh(x w + b), of x [?, 3], with a session that holds the variables.
struct Layer {
  Graph graph = {};
  Output x = placeholder(graph, DType::f32, {Shape::unknown, 3}, {.name = "x"});
  Output w, y;
  Session session;

  Layer()
      : w([&] {
          const NameScope scope(graph, "layer");
          return variable(graph, sample<float>({3, 2}), {.name = "w"});
        }()),
        y(tanh(matmul(x, w) + constant(graph, Tensor{0.5F, -1.0F}, {.name = "b"}), {.name = "y"})),
        session(graph) {
    session.run(global_variables_initializer(graph));
  }

  OnnxExportOptions options() {
    return {.value_of = [this](const Output& v) { return session.value(v); }};
  }
};

TEST_CASE("a model is what the article of ONNX wants it to be") {
  Layer layer;
  OnnxExportOptions options = layer.options();
  options.producer = "a program";
  options.metadata = {{"trained on", "numbers"}};
  const Exported exported({{"result", layer.y}}, options);
  const onnx::ModelProto& model = exported.model();
  CHECK(model.ir_version == 8);
  CHECK(model.opsets == onnx::Opsets{{"", 17}});
  CHECK(model.producer == "a program");
  CHECK(model.metadata == std::map<std::string, std::string>{{"trained on", "numbers"}});
  CHECK(!exported.graph().name.empty());
  CHECK(exported.ops() == Names{"MatMul", "Add", "Tanh"});
  CHECK(exported.initializers() == Names{"layer/w", "b"});
  CHECK(exported.inputs() == Names{"x"});
  const onnx::ValueProto& input = exported.graph().inputs.at(0);
  CHECK(input.shape->at(0).name == "batch");
  CHECK(input.shape->at(1).size == 3);
  const onnx::ValueProto& output = exported.graph().outputs.at(0);
  CHECK(output.name == "result");
  CHECK(!output.shape->at(0).size);
  CHECK(output.shape->at(1).size == 2);
}

TEST_CASE("the file is what is in memory, and the imported model computes the same") {
  Layer layer;
  const TempFolder folder;
  export_onnx({layer.y}, folder / "model.onnx", layer.options());
  const std::string file = bytes_of_file(folder / "model.onnx");
  const std::vector<std::byte> bytes = export_onnx({layer.y}, layer.options());
  CHECK(std::ranges::equal(std::as_bytes(std::span(file)), bytes));

  const Graph graph;
  const OnnxModel model = import_onnx(graph, folder / "model.onnx", {.variables = "layer/*"});
  REQUIRE(model.variables.size() == 1);
  Session session(graph);
  session.run(global_variables_initializer(graph));
  const Tensor rows = sample<float>({5, 3}, 2);
  const Tensor expected = layer.session.run({layer.y}, {{layer.x, rows}}).at(0);
  CHECK(
      bitwise_equal(session.run({model.output("y")}, {{model.input("x"), rows}}).at(0), expected));
}

TEST_CASE("names are unique, and what is given keeps its own") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 3}, {.name = "x"});
  const std::vector<Output> parts = split(exp(x, {.name = "taken"}), 3, 1, {.name = "parts"});
  const Exported exported({{"parts", parts[1]},
                           {"taken", parts[0]},
                           {"again", parts[0]},
                           {"x", x},
                           {"copy", x},
                           {"constant", constant(graph, Tensor{1, 2})}});
  std::set<std::string> nodes, values{"x"};
  for (const std::string& initializer : exported.initializers()) values.insert(initializer);
  for (const onnx::NodeProto& node : exported.graph().nodes) {
    CHECK(nodes.insert(node.name).second);
    for (const std::string& input : node.inputs) CHECK(values.contains(input));  // made before
    for (const std::string& output : node.outputs) CHECK(values.insert(output).second);
  }
  for (const onnx::ValueProto& output : exported.graph().outputs)
    CHECK(values.contains(output.name));
  const OnnxModel model = import_onnx(Graph(), export_onnx({{"taken", parts[0]}, {"x", x}}));
  CHECK(model.outputs.at(0).name == "taken");
  CHECK(model.outputs.at(1).output == model.input("x"));
}

TEST_CASE("unknown dimensions of inputs are symbols of their own, but for the batch") {
  const Graph graph;
  const Shape open{Shape::unknown, Shape::unknown};
  const Output x = placeholder(graph, DType::f32, open, {.name = "x"});
  const Output y = placeholder(graph, DType::f32, open, {.name = "y"});
  const Exported exported({{"sum", x + y}});
  std::vector<std::string> names;
  for (const onnx::ValueProto& input : exported.graph().inputs)
    for (const onnx::DimensionProto& dimension : *input.shape) names.push_back(dimension.name);
  CHECK(names == Names{"batch", "x_1", "batch", "y_1"});
}

TEST_CASE("inputs cut off what makes them, constants among it") {
  const Graph graph;
  const Output raw = placeholder(graph, DType::u8, {Shape::unknown, 3}, {.name = "raw"});
  const Output rows = cast(raw, DType::f32) / 255;
  const Output offset = constant(graph, Tensor{1.0F, 2.0F, 3.0F});
  const Output extra = placeholder(graph, DType::f32, {3}, {.name = "extra"});
  const Output y = rows + 2 * offset + extra;
  const Exported exported({{"y", y}}, {.inputs = {{"rows", rows}, {"offset", offset}}});
  CHECK(exported.inputs() == Names{"rows", "offset", "extra"});
  CHECK(exported.ops() == Names{"Mul", "Add", "Add"});
  CHECK(exported.initializers().size() == 1);
}

TEST_CASE("what is known is a constant, and what only a shape was asked of is left out") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {2, 3}, {.name = "x"});
  const Output unused = placeholder(graph, DType::f32, {2, 3}, {.name = "unused"});
  const Random random(graph, {.seed = 1});
  const Output like = random_uniform(random, DType::f32, {2, 3}) + unused;
  const Exported exported(
      {{"y", broadcast_like(slice(x, 0, {0, 1}), like)}, {"count", size(like)}});
  CHECK(exported.inputs() == Names{"x"});
  CHECK(exported.ops() == Names{"Slice", "Expand"});
}

TEST_CASE("functions with one body are one function; calls say what the operation says") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {4}, {.name = "x"});
  const Output wide = placeholder(graph, DType::f64, {4}, {.name = "wide"});
  const Exported exported({{"a", expm1(x)},
                           {"b", expm1(exp(x))},
                           {"c", expm1(wide)},
                           {"d", one_hot(cast(x, DType::i32), 3, {.on = 0.1})}});
  Names names;
  for (const onnx::FunctionProto& function : exported.model().functions) {
    CHECK(function.domain == "deft");
    names.push_back(function.name);
  }
  CHECK(names == Names{"expm1", "expm1.2", "one_hot"});
  CHECK(exported.model().opsets == onnx::Opsets{{"", 17}, {"deft", 1}});
}

TEST_CASE("all that cannot be exported is listed, and nothing is written") {
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

TEST_CASE("what ONNX says at another version, or of other dtypes, is refused with the reason") {
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

TEST_CASE("a user's own operation has no name in ONNX") {
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

TEST_CASE("a disk that fails leaves the old file") {
  Layer layer;
  const TempFolder folder;
  folder.add("model.onnx", "old");
  const Output large = constant(layer.graph, sample<float>({1000, 3}));
  const int status = status_of_fork([&] {
    fill_disks();
    return caught<FileError>([&] {
             export_onnx({layer.x + large}, folder / "model.onnx");
           }).code() == ErrorCode::file_access
               ? 0
               : 1;
  });
  CHECK(status == 0);
  CHECK(folder.read("model.onnx") == "old");
}

}  // namespace
}  // namespace deft
