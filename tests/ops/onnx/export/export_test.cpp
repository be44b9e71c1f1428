#include <algorithm>
#include <cmath>
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
#include "export/proto_writer.hpp"
#include "proto_reader.hpp"
#include "support/child_process.hpp"
#include "support/graphs/node_of_op.hpp"
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

TEST_CASE("the file is what is in memory and the imported model computes the same") {
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

TEST_CASE("names are unique and what is given keeps its own") {
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

TEST_CASE("unknown dimensions of inputs are symbols of their own but for the batch") {
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

TEST_CASE("inputs cut off what makes them constants among it") {
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

TEST_CASE("what is known is a constant and what only a shape was asked of is left out") {
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

TEST_CASE("functions with one body are one function and calls say what the operation says") {
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

TEST_CASE("an importer that does not know a function takes its body") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f64, {9}, {.name = "x"});
  const Exported exported({{"y", expm1(x)}});
  onnx::ModelProto newer = exported.model();
  newer.opsets["deft"] = 2;
  const Tensor values = sample<double>({9});
  for (const bool is_known : {true, false}) {
    CAPTURE(is_known);
    const std::string bytes = onnx::write_model(is_known ? exported.model() : newer);
    const Graph other;
    const OnnxModel model = import_onnx(other, std::as_bytes(std::span(bytes)));
    CHECK((node_of_op(other, "expm1") != nullptr) == is_known);
    Session session(other);
    const Tensor found = session.run({model.output("y")}, {{model.input("x"), values}}).at(0);
    for (std::size_t i = 0; i < 9; ++i) {
      const double expected = std::expm1(values.data<double>()[i]);
      CHECK(found.data<double>()[i] == doctest::Approx(expected).epsilon(1e-9));
    }
  }
}

TEST_CASE("a stored filter is stored as ONNX has it and a computed one is transposed") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown, 6, 6, 2}, {.name = "x"});
  const Output w = variable(graph, sample<float>({3, 3, 2, 4}), {.name = "w"});
  const Output y = conv(x, w), of_computed = conv(x, w + 1);
  Session session(graph);
  session.run(global_variables_initializer(graph));
  const OnnxExportOptions options{.value_of = [&](const Output& v) { return session.value(v); }};
  const Exported exported({{"y", y}}, options);
  CHECK(exported.ops() == Names{"Transpose", "Conv", "Transpose"});
  CHECK(exported.initializers() == Names{"w/transposed"});
  CHECK(exported.graph().initializers.at(0).dims == std::vector<std::int64_t>{4, 2, 3, 3});
  CHECK(Exported({{"y", of_computed}}, options).ops() ==
        Names{"Add", "Transpose", "Transpose", "Conv", "Transpose"});

  const Graph other;
  const OnnxModel model = import_onnx(other, export_onnx({{"y", y}, {"z", of_computed}}, options));
  const Tensor pictures = sample<float>({3, 6, 6, 2}, 2);
  Session of_model(other);
  const auto found =
      of_model.run({model.output("y"), model.output("z")}, {{model.input("x"), pictures}});
  const auto expected = session.run({y, of_computed}, {{x, pictures}});
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(bitwise_equal(found[i], expected[i]));
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
