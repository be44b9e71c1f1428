// Small files that ask for huge graphs, or for much to be computed at import: each is refused soon,
// or imported without it.

#include <cstdint>
#include <span>
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

Tensor integers(std::initializer_list<std::int64_t> values) {
  return Tensor::from<std::int64_t>(std::vector<std::int64_t>(values));
}

std::string problem_of(const std::string& model) {
  return caught<FileError>([&] { import_onnx(Graph(), std::as_bytes(std::span(model))); })
      .info()
      .message;
}

void check_has(const std::string& text, const std::string& part) {
  CAPTURE(text);
  CHECK(text.find(part) != std::string::npos);
}

/// The function f<level> of the domain "own", which calls f<level - 1> twice: 2^level nodes.
void add_doubling(WireWriter& model, int level) {
  const std::string inner = level == 1 ? "Neg" : "f" + std::to_string(level - 1);
  const auto call = [&](const char* input, const char* output) {
    model.message(7, [&] {
      model.bytes(1, input);
      model.bytes(2, output);
      model.bytes(4, inner);
      if (level > 1) model.bytes(7, "own");
    });
  };
  model.message(25, [&] {
    model.bytes(1, "f" + std::to_string(level));
    model.bytes(4, "a");
    model.bytes(5, "c");
    call("a", "b");
    call("b", "c");
    for (const char* domain : {"", "own"})
      model.message(9, [&] {
        model.bytes(1, domain);
        model.varint(2, 17);
      });
    model.bytes(10, "own");
  });
}

std::string doubling_model(int levels) {
  WireWriter model;
  const std::string head = ModelBuilder()
                               .opset("own", 1)
                               .input("x", DType::f32, {2})
                               .node("f" + std::to_string(levels), {"x"}, {"y"}, {}, "own")
                               .output("y")
                               .model();
  for (int level = 1; level <= levels; ++level) add_doubling(model, level);
  return head + model.text();
}

}  // namespace

TEST_CASE("functions that call functions twice are expanded up to a limit") {
  const Graph graph;
  const std::string small = doubling_model(10);
  const OnnxModel model = import_onnx(graph, std::as_bytes(std::span(small)));
  CHECK(graph.num_nodes() > 1024);
  CHECK(Session(graph).eval(model.output("y"), {{model.input("x"), Tensor{1.0F, 2.0F}}}) ==
        Tensor{1.0F, 2.0F});
  for (const int levels : {30, 60, 90})
    check_has(problem_of(doubling_model(levels)), "expand to more than 500000 nodes and values");
}

TEST_CASE("loops in loops are unrolled up to a limit") {
  const auto body_of = [](const ModelBuilder& inner) { return inner.graph(); };
  const ModelBuilder innermost = ModelBuilder()
                                     .input("j", DType::i64, {})
                                     .input("d", DType::boolean, {})
                                     .node("Identity", {"d"}, {"go"})
                                     .output("go");
  const ModelBuilder middle = ModelBuilder()
                                  .input("i", DType::i64, {})
                                  .input("c", DType::boolean, {})
                                  .node("Loop", {"n", ""}, {}, {{"body", body_of(innermost)}})
                                  .node("Loop", {"n", ""}, {"s"},
                                        {{"body",
                                          [] {
                                            return ModelBuilder()
                                                .input("k", DType::i64, {})
                                                .input("e", DType::boolean, {})
                                                .output("e")
                                                .output("k")
                                                .graph();
                                          }()}})
                                  .node("Identity", {"c"}, {"go"})
                                  .output("go")
                                  .output("s");
  const std::string model = ModelBuilder()
                                .initializer("n", Tensor::scalar<std::int64_t>(4000))
                                .node("Loop", {"n", ""}, {"y"}, {{"body", body_of(middle)}})
                                .output("y")
                                .model();
  check_has(problem_of(model), "expand to more than 500000 nodes and values");
}

TEST_CASE("what a loop reads in every iteration is in memory once") {
  const Tensor weights = Tensor::zeros(DType::f32, {100'000});  // times 4000: 1.6 GB
  const std::string model = ModelBuilder()
                                .input("x", DType::f32, {100'000})
                                .initializer("n", Tensor::scalar<std::int64_t>(4000))
                                .node("Loop", {"n", "", "x"}, {"y"},
                                      {{"body",
                                        [&] {
                                          return ModelBuilder()
                                              .input("i", DType::i64, {})
                                              .input("c", DType::boolean, {})
                                              .input("a", DType::f32, {100'000})
                                              .initializer("w", weights)
                                              .node("Constant", {}, {"v"}, {{"value", weights}})
                                              .node("Add", {"a", "w"}, {"b"})
                                              .node("Add", {"b", "v"}, {"s"})
                                              .output("c")
                                              .output("s")
                                              .graph();
                                        }()}})
                                .output("y")
                                .model();
  const Graph graph;
  const OnnxModel imported = import_onnx(graph, std::as_bytes(std::span(model)));
  CHECK(imported.output("y").shape() == Shape{100'000});
}

TEST_CASE("a scan of many inputs is unrolled up to a limit") {
  ModelBuilder model;
  ModelBuilder body;
  Names inputs;
  for (int i = 0; i < 100; ++i) {
    inputs.push_back("x");
    body.input("x" + std::to_string(i), DType::f32, {});
  }
  body.output("x0");
  model.input("x", DType::f32, {4000})
      .node("Scan", inputs, {"y"}, {{"num_scan_inputs", 100}, {"body", body.graph()}})
      .output("y");
  check_has(problem_of(model.model()), "4000 slices of each of 100 inputs");
}

TEST_CASE("constants that would take gigabytes are not computed at import") {
  // 2^40 ones, whose sum is the size of y.
  ModelBuilder model;
  model.initializer("huge", integers({1 << 20, 1 << 20}))
      .initializer("one", integers({1}))
      .node("ConstantOfShape", {"huge"}, {"ones"}, {{"value", integers({1})}})
      .node("ReduceSum", {"ones"}, {"sum"}, {{"keepdims", 0}})
      .node("Reshape", {"sum", "one"}, {"count"});
  ModelBuilder counted = model;
  model.node("ConstantOfShape", {"count"}, {"y"}).output("y");
  counted.input("x", DType::f32, {3}).node("TopK", {"x", "count"}, {"y", "i"}).output("y");
  check_has(problem_of(model.model()), "element 0 of its shape is not known");
  check_has(problem_of(counted.model()),
            "its k, \"count\", must be known at import, and takes more to compute than an import "
            "may spend");

  const ModelBuilder times = ModelBuilder()
                                 .input("x", DType::f32, {1})
                                 .initializer("huge", integers({std::int64_t{1} << 40}))
                                 .node("Expand", {"x", "huge"}, {"y"})
                                 .output("y");
  const Graph graph;
  CHECK(times.import(graph).output("y").shape() == Shape{std::int64_t{1} << 40});
}

TEST_CASE("pictures are resized to moderate sizes") {
  const auto resized = [](std::int64_t size, std::int64_t to, bool antialias) {
    return ModelBuilder(18)
        .input("x", DType::f32, {1, 1, size})
        .initializer("sizes", integers({1, 1, to}))
        .node("Resize", {"x", "", "", "sizes"}, {"y"},
              {{"mode", "linear"}, {"antialias", antialias ? 1 : 0}})
        .output("y");
  };
  check_has(problem_of(resized(8, std::int64_t{1} << 40, false).model()),
            "more than an import makes");
  check_has(problem_of(resized(1 << 13, 1 << 12, true).model()), "more than an import makes");
  const Graph graph;
  CHECK(resized(8, 1 << 16, false).import(graph).output("y").shape() == Shape{1, 1, 1 << 16});
  CHECK(resized(64, 32, true).import(graph).output("y").shape() == Shape{1, 1, 32});
}

TEST_CASE("a shape that is made of very many numbers is refused") {
  const ModelBuilder model = ModelBuilder()
                                 .input("x", DType::f32, {1})
                                 .input("s", DType::i64, {std::int64_t{1} << 40})
                                 .node("Expand", {"x", "s"}, {"y"})
                                 .output("y");
  check_has(problem_of(model.model()), "than shapes do");

  ModelBuilder doubling;
  doubling.input("x", DType::f32, {1}).input("s0", DType::i64, {0});
  for (int i = 0; i < 30; ++i) {
    const std::string from = "s" + std::to_string(i);
    doubling.node("Concat", {from, from}, {"s" + std::to_string(i + 1)}, {{"axis", 0}});
  }
  doubling.node("Expand", {"x", "s30"}, {"y"}).output("y");
  check_has(problem_of(doubling.model()), "than shapes do");
}

TEST_CASE("long names do not grow with the nodes under them") {
  const std::string name(100'000, 'n');
  WireWriter function;
  function.message(25, [&] {
    function.bytes(1, "f");
    function.bytes(4, "a");
    for (int i = 0; i < 2000; ++i) {
      function.message(7, [&] {
        function.bytes(1, i == 0 ? "a" : "a" + std::to_string(i));
        function.bytes(2, "a" + std::to_string(i + 1));
        function.bytes(4, "Neg");
      });
    }
    function.bytes(5, "a2000");
    function.message(9, [&] { function.varint(2, 17); });
    function.bytes(10, "own");
  });
  const std::string model = ModelBuilder()
                                .opset("own", 1)
                                .input("x", DType::f32, {2})
                                .node("f", {"x"}, {name}, {}, "own")
                                .output(name)
                                .model() +
                            function.text();
  const Graph graph;
  const OnnxModel imported = import_onnx(graph, std::as_bytes(std::span(model)));
  CHECK(imported.outputs.at(0).name == name);
  std::size_t characters = 0;
  for (std::size_t id = 0; id < graph.num_nodes(); ++id)
    characters += graph.node(static_cast<NodeId>(id)).name().size();
  CHECK(characters < 1'000'000);
}

TEST_CASE("a hundred thousand nodes and as many functions are imported in linear time") {
  WireWriter functions;
  ModelBuilder model;
  model.opset("own", 1).input("x0", DType::f32, {2});
  for (int i = 0; i < 100'000; ++i) {
    model.node("Neg", {"x" + std::to_string(i)}, {"x" + std::to_string(i + 1)});
    functions.message(25, [&] {
      functions.bytes(1, "f" + std::to_string(i));
      functions.bytes(10, "own");
    });
  }
  model.output("x100000");
  const std::string bytes = model.model() + functions.text();
  const Graph graph;
  import_onnx(graph, std::as_bytes(std::span(bytes)));
  CHECK(graph.num_nodes() == 100'001);
}

}  // namespace deft::onnx
