#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/files/wire.hpp>
#include <deft/deft.hpp>
#include <deft/onnx/onnx.hpp>

#include "caught.hpp"
#include "support/model_builder.hpp"

namespace deft::onnx {
namespace {

using Dims = std::vector<ModelBuilder::Dimension>;

/// A function of a model: its nodes are those of `body`.
std::string function_of(const std::string& name, const Names& inputs, const Names& outputs,
                        const std::string& nodes, const Names& attributes = {}) {
  WireWriter model;
  model.message(25, [&] {
    model.bytes(1, name);
    for (const std::string& input : inputs) model.bytes(4, input);
    for (const std::string& output : outputs) model.bytes(5, output);
    for (const std::string& attribute : attributes) model.bytes(6, attribute);
    for (const std::string& node : {nodes}) model.bytes(7, node);
    model.message(9, [&] { model.varint(2, 17); });
    model.bytes(10, "own");
  });
  return model.text();
}

std::string node_of(const std::string& op, const Names& inputs, const Names& outputs,
                    const std::string& reference = {}) {
  WireWriter node;
  for (const std::string& input : inputs) node.bytes(1, input);
  for (const std::string& output : outputs) node.bytes(2, output);
  node.bytes(4, op);
  if (!reference.empty())
    node.message(5, [&] {
      node.bytes(1, "alpha");
      node.bytes(21, reference);
      node.varint(20, 1);
    });
  return node.text();
}

OnnxModel import_bytes(const Graph& graph, const std::string& bytes,
                       const OnnxImportOptions& options = {}) {
  return import_onnx(graph, std::as_bytes(std::span(bytes)), options);
}

Tensor run(const Graph& graph, const Output& y, const std::vector<Feed>& feeds = {}) {
  Session session(graph);
  session.run(global_variables_initializer(graph));
  return session.run({y}, feeds).at(0);
}

/// y = x w + b
ModelBuilder linear() {
  return ModelBuilder()
      .input("x", DType::f32, {"batch", 2})
      .initializer("w", Tensor{{1.0F}, {2.0F}})
      .initializer("b", Tensor{0.5F})
      .node("MatMul", {"x", "w"}, {"xw"})
      .node("Add", {"xw", "b"}, {"y"})
      .output("y");
}

std::string refusal(const ModelBuilder& model, const OnnxImportOptions& options = {}) {
  const Graph graph;
  return caught<FileError>([&] { model.import(graph, options); }).info().message;
}

}  // namespace

TEST_CASE("inputs become placeholders, and initializers constants") {
  const Graph graph;
  const OnnxModel model = linear().import(graph, {.name = "model"});
  REQUIRE(model.inputs.size() == 1);
  CHECK(model.input("x").name() == "model/x");
  CHECK(model.input("x").shape() == Shape{Shape::unknown, 2});
  CHECK(model.output("y").shape() == Shape{Shape::unknown, 1});
  CHECK(model.variables.empty());
  CHECK(model.ir_version == 8);
  CHECK(model.opsets.at("") == 17);
  CHECK(run(graph, model.output("y"), {{model.input("x"), Tensor{{1.0F, 1.0F}, {0.0F, 3.0F}}}}) ==
        Tensor{{3.5F}, {6.5F}});
  const auto error = caught<ValueError>([&] { model.output("z"); });
  CHECK(error.info().message == "the model has no output \"z\"");
  CHECK(error.info().cure == "it has \"y\"");
}

TEST_CASE("dimensions are bound by name, as batches or as whole shapes") {
  const auto shape = [](const OnnxImportOptions& options) {
    const Graph graph;
    return linear().import(graph, options).output("y").shape();
  };
  CHECK(shape({.batch = 4}) == Shape{4, 1});
  CHECK(shape({.dims = {{"batch", 5}}}) == Shape{5, 1});
  CHECK(shape({.shapes = {{"x", {6, 2}}}}) == Shape{6, 1});
}

TEST_CASE("what the options name and the model does not have is refused") {
  CHECK(refusal(linear(), {.constants = {{"z", Tensor{1}}}}).find("\"z\"") != std::string::npos);
  CHECK(refusal(linear(), {.outputs = {"z"}}) == "the model: nothing makes the value \"z\"");
}

TEST_CASE("inputs and initializers are replaced by constants and by outputs of the graph") {
  const Graph graph;
  const Output z = constant(graph, Tensor{{1.0F, 1.0F}}, {.name = "z"});
  const OnnxModel model =
      linear().import(graph, {.constants = {{"b", Tensor{10.0F}}}, .bindings = {{"x", z}}});
  CHECK(model.inputs.empty());
  CHECK(run(graph, model.output("y")) == Tensor{{13.0F}});
}

TEST_CASE("an input with an initializer has it as its value") {
  const Graph graph;
  const OnnxModel model = linear().input("b", DType::f32, {}).import(graph, {.batch = 1});
  CHECK(model.inputs.size() == 1);
  CHECK(run(graph, model.output("y"), {{model.input("x"), Tensor{{0.0F, 0.0F}}}}) ==
        Tensor{{0.5F}});
}

TEST_CASE("an imported model is fine-tuned") {
  const Graph graph;
  const OnnxModel model = linear().import(graph, {.variables = "*"});
  REQUIRE(model.variables.size() == 2);
  CHECK(is_trainable(model.variable("w")));
  const Output x = model.input("x");
  const Output t = placeholder(graph, DType::f32, {Shape::unknown, 1});
  const Output loss = mean_squared_error(model.output("y"), t);
  const Training training = minimize(loss, Sgd{.rate = 0.1});
  Session session(graph);
  session.run(global_variables_initializer(graph));
  const std::vector<Feed> feeds{{x, Tensor{{1.0F, 0.0F}, {0.0F, 1.0F}, {1.0F, 1.0F}}},
                                {t, Tensor{{2.0F}, {-1.0F}, {0.5F}}}};
  session.run(training, feeds, {.steps = 2000});
  CHECK(session.run({loss}, feeds).at(0).item<float>() < 1e-6F);
}

TEST_CASE("the statistics of batch normalization are not trained") {
  const Tensor ones{1.0F, 1.0F};
  ModelBuilder model;
  model.input("x", DType::f32, {"n", 2});
  for (const char* name : {"scale", "shift", "mean", "variance"}) model.initializer(name, ones);
  model.node("BatchNormalization", {"x", "scale", "shift", "mean", "variance"}, {"y"}).output("y");
  const Graph graph;
  const OnnxModel imported = model.import(graph, {.variables = "*"});
  CHECK(is_trainable(imported.variable("scale")));
  CHECK_FALSE(is_trainable(imported.variable("mean")));
  CHECK_FALSE(is_trainable(imported.variable("variance")));
}

TEST_CASE("every node that cannot be imported is listed, with the reason") {
  const std::string message = refusal(ModelBuilder()
                                          .input("x", DType::f32, {2})
                                          .node("LSTM", {"x"}, {"a"})
                                          .node("Neg", {"a"}, {"b"})
                                          .node("Strange", {"x"}, {"c"}, {}, "com.x")
                                          .node("Unheard", {"b"}, {"d"})
                                          .node("Add", {"c", "d"}, {"y"})
                                          .output("y"));
  CHECK(message.find("the model: 3 nodes cannot be imported:") == 0);
  CHECK(message.find("LSTM \"a\" (ai.onnx 17): recurrent networks") != std::string::npos);
  CHECK(message.find("Strange \"c\" (com.x no version)") != std::string::npos);
  CHECK(message.find("Unheard \"d\" (ai.onnx 17)") != std::string::npos);
  CHECK(message.find("Add") == std::string::npos);
  CHECK(message.find("Neg") == std::string::npos);
}

TEST_CASE("what is not needed is not imported, and any value may be an output") {
  const ModelBuilder model = ModelBuilder()
                                 .input("x", DType::f32, {2})
                                 .node("Neg", {"x"}, {"features"})
                                 .node("LSTM", {"features"}, {"y"})
                                 .output("y");
  const Graph graph;
  const OnnxModel imported = model.import(graph, {.outputs = {"features"}});
  CHECK(run(graph, imported.output("features"), {{imported.input("x"), Tensor{1.0F, 2.0F}}}) ==
        Tensor{-1.0F, -2.0F});
}

TEST_CASE("versions that deft does not know are refused") {
  const auto of_version = [](std::int64_t version) {
    return ModelBuilder(version).input("x", DType::f32, {2}).node("Neg", {"x"}, {"y"}).output("y");
  };
  CHECK(refusal(of_version(5)).find("is too old") != std::string::npos);
  CHECK(refusal(of_version(99)).find("is newer") != std::string::npos);
}

TEST_CASE("shapes that deft refuses are reported with the node") {
  const std::string message = refusal(ModelBuilder()
                                          .input("x", DType::f32, {2})
                                          .input("z", DType::f32, {3})
                                          .node("Add", {"x", "z"}, {"y"})
                                          .output("y"));
  CHECK(message.find("Add \"y\" (ai.onnx 17): add: ") != std::string::npos);
  CHECK(message.find("[2]") != std::string::npos);
  CHECK(message.find("[3]") != std::string::npos);
}

TEST_CASE("nodes may stand in any order, but not depend on themselves") {
  const Graph graph;
  const OnnxModel model = ModelBuilder()
                              .input("x", DType::f32, {2})
                              .node("Neg", {"a"}, {"y"})
                              .node("Abs", {"x"}, {"a"})
                              .output("y")
                              .import(graph);
  CHECK(run(graph, model.output("y"), {{model.input("x"), Tensor{-1.0F, 2.0F}}}) ==
        Tensor{-1.0F, -2.0F});
  CHECK(refusal(ModelBuilder().node("Neg", {"b"}, {"a"}).node("Neg", {"a"}, {"b"}).output("a"))
            .find("depends on itself") != std::string::npos);
  CHECK(refusal(ModelBuilder().node("Neg", {"b"}, {"a"}).output("a")).find("nothing makes") !=
        std::string::npos);
  CHECK(refusal(ModelBuilder()
                    .input("x", DType::f32, {2})
                    .node("Neg", {"x"}, {"a"})
                    .node("Abs", {"x"}, {"a"})
                    .output("a"))
            .find("two nodes make") != std::string::npos);
}

TEST_CASE("functions of a model are expanded, with their parameters") {
  const std::string model =
      ModelBuilder()
          .opset("own", 1)
          .input("x", DType::f32, {2})
          .node("Slope", {"x"}, {"y"}, {{"slope", 0.5}}, "own")
          .node("Slope", {"x"}, {"z"}, {}, "own")
          .output("y")
          .output("z")
          .model() +
      function_of("Slope", {"a"}, {"b"}, node_of("LeakyRelu", {"a"}, {"b"}, "slope"), {"slope"});
  const Graph graph;
  const OnnxModel imported = import_bytes(graph, model);
  const std::vector<Feed> feeds{{imported.input("x"), Tensor{-2.0F, 4.0F}}};
  CHECK(run(graph, imported.output("y"), feeds) == Tensor{-1.0F, 4.0F});
  CHECK(run(graph, imported.output("z"), feeds) == Tensor{-0.02F, 4.0F});
}

TEST_CASE("a function that calls itself is refused") {
  const std::string model = ModelBuilder()
                                .opset("own", 1)
                                .input("x", DType::f32, {2})
                                .node("F", {"x"}, {"y"}, {}, "own")
                                .output("y")
                                .model();
  WireWriter body;
  body.bytes(1, "a");
  body.bytes(2, "b");
  body.bytes(4, "F");
  body.bytes(7, "own");
  const Graph graph;
  const auto error = caught<FileError>(
      [&] { import_bytes(graph, model + function_of("F", {"a"}, {"b"}, body.text())); });
  CHECK(error.info().message.find("too deep") != std::string::npos);
}

TEST_CASE("a branch whose condition is known is taken, and sees what is around it") {
  const auto branch = [](const char* op) {
    return ModelBuilder().node(op, {"x"}, {"b"}).output("b").graph();
  };
  ModelBuilder model;
  model.input("x", DType::f32, {2})
      .input("condition", DType::boolean, {})
      .node("If", {"condition"}, {"y"},
            {TestAttribute{"then_branch", branch("Neg")}, {"else_branch", branch("Abs")}})
      .output("y");
  const auto result = [&](bool condition) {
    const Graph graph;
    const OnnxModel imported =
        model.import(graph, {.constants = {{"condition", Tensor{condition}}}});
    return run(graph, imported.output("y"), {{imported.input("x"), Tensor{1.0F, -2.0F}}});
  };
  CHECK(result(true) == Tensor{-1.0F, 2.0F});
  CHECK(result(false) == Tensor{1.0F, 2.0F});
  CHECK(refusal(model).find("its condition, \"condition\", must be known at import") !=
        std::string::npos);
}

TEST_CASE("a loop of known length is unrolled") {
  // s = 2 s, collecting s, as often as `count` says.
  ModelBuilder body;
  body.input("i", DType::i64, {})
      .input("condition", DType::boolean, {})
      .input("s", DType::f32, {})
      .node("Add", {"s", "s"}, {"t"})
      .node("Identity", {"condition"}, {"goes_on"})
      .output("goes_on")
      .output("t")
      .output("t");
  ModelBuilder model;
  model.input("count", DType::i64, {})
      .initializer("true", Tensor{true})
      .initializer("one", Tensor::scalar(1.0F))
      .node("Loop", {"count", "true", "one"}, {"last", "all"}, {{"body", body.graph()}})
      .output("last")
      .output("all");
  const Graph graph;
  const OnnxModel imported =
      model.import(graph, {.constants = {{"count", Tensor{std::int64_t{3}}}}});
  CHECK(run(graph, imported.output("last")) == Tensor::scalar(8.0F));
  CHECK(run(graph, imported.output("all")) == Tensor{2.0F, 4.0F, 8.0F});
  CHECK(refusal(model, {.constants = {{"count", Tensor{std::int64_t{1000000}}}}})
            .find("4096 iterations") != std::string::npos);
  CHECK(refusal(model).find("number of iterations") != std::string::npos);
}

TEST_CASE("a scan is unrolled, forward and backward") {
  ModelBuilder body;
  body.input("sum", DType::f32, {})
      .input("element", DType::f32, {})
      .node("Add", {"sum", "element"}, {"next"})
      .node("Identity", {"next"}, {"partial"})
      .output("next")
      .output("partial");
  const auto result = [&](std::int64_t direction) {
    ModelBuilder model;
    model.initializer("zero", Tensor::scalar(0.0F))
        .initializer("x", Tensor{1.0F, 2.0F, 4.0F})
        .node("Scan", {"zero", "x"}, {"sum", "sums"},
              {{"body", body.graph()},
               {"num_scan_inputs", 1},
               {"scan_input_directions", Integers{direction}},
               {"scan_output_directions", Integers{direction}}})
        .output("sums");
    const Graph graph;
    return run(graph, model.import(graph).output("sums"));
  };
  CHECK(result(0) == Tensor{1.0F, 3.0F, 7.0F});
  CHECK(result(1) == Tensor{7.0F, 6.0F, 4.0F});
}

TEST_CASE("names of a model keep their characters, and nodes get names that deft has") {
  const Graph graph;
  const OnnxModel model = ModelBuilder()
                              .input("größe:0", DType::f32, {2})
                              .node("Neg", {"größe:0"}, {"/a b/y"})
                              .output("/a b/y")
                              .import(graph);
  CHECK(model.input("größe:0").name() == "gr____e_0");
  CHECK(run(graph, model.output("/a b/y"), {{model.input("größe:0"), Tensor{1.0F, 2.0F}}}) ==
        Tensor{-1.0F, -2.0F});
}

}  // namespace deft::onnx
