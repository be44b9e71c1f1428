#include <deft/tensorflow/import.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/core/files/bytes.hpp>

#include "ops/tensorflow/recorded_values.hpp"

namespace deft {
namespace {

/// What importing says of these bytes; empty if nothing is wrong.
std::string error_of(std::string_view bytes, GraphDefFormat format,
                     const ImportGraphDefOptions& options = {}) {
  Graph graph;
  try {
    import_graph_def(graph, bytes, format, options, "a.pb");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string text_error(std::string_view text) { return error_of(text, GraphDefFormat::text); }

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("graphs that are cut short at any offset are an error or a smaller graph") {
  for (const char* file : {"mlp_adam_frozen.pb", "linreg_ref.pb"}) {
    const std::string bytes = read_bytes(tensorflow_file(file));
    std::size_t errors = 0;
    for (std::size_t size = 0; size < bytes.size(); ++size)
      errors += error_of(bytes.substr(0, size), GraphDefFormat::graph_def).empty() ? 0 : 1;
    CHECK(errors > bytes.size() * 3 / 4);
  }
}

TEST_CASE("wrong bytes of a graph are an error or another graph") {
  const std::string bytes = read_bytes(tensorflow_file("mlp_adam_frozen.pb"));
  std::size_t errors = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at)
    for (const int bit : {1, 0x20, 0x80}) {
      std::string wrong = bytes;
      wrong[at] = static_cast<char>(wrong[at] ^ bit);
      errors += error_of(wrong, GraphDefFormat::graph_def).empty() ? 0 : 1;
    }
  CHECK(errors > 500);
}

TEST_CASE("a text that is cut short at any offset is an error or a smaller graph") {
  const std::string text = R"(
# a comment
node { name: "a" op: "Const"
  attr { key: "dtype" value { type: DT_FLOAT } }
  attr { key: "value" value { tensor <
    dtype: DT_FLOAT tensor_shape { dim { size: 2 } dim { size: 2 } }
    float_val: [1, -2.5e0, inf], float_val: nan; > } } }
node: { name: 'b' "c" op: "Identity", input: "\x61" attr { key: "T" value: { type: 1 } } }
library { function { signature { name: "f" } node_def { [x.y] { z: [1, {}] } } } }
versions < producer: 0x1b >
)";
  CHECK(text_error(text).empty());
  for (std::size_t size = 0; size < text.size(); ++size) text_error(text.substr(0, size));
  Graph graph;
  const ImportedGraph model = import_graph_def(graph, text, GraphDefFormat::text);
  const Tensor value = Session(graph).eval(model.find("bc"));
  CHECK(value.to<float>()[1] == -2.5F);
  CHECK(std::isinf(value.to<float>()[2]));
  CHECK(std::isnan(value.to<float>()[3]));
}

TEST_CASE("errors of a text name line and column") {
  const auto check = [](std::string_view text, std::string_view part) {
    const std::string error = text_error(text);
    CAPTURE(error);
    CHECK(contains(error, part));
  };
  check("node {\n  name: \"a\"\n  colour: 3\n}",
        "line 3, column 3: a NodeDef has no field 'colour'");
  check("node {\n  name: \"a\n}", "line 2, column 9: the text does not end in its line");
  check("node { name: \"a\" name: \"b\" }", "column 18: the field 'name' stands twice");
  check("node { name \"a\" }", "':' is missing");
  check("node { name: \"\\q\" }", "'\\q' is no escape");
  check("node { name: \"\\400\" }", "octal escape");
  check("node {", "a name is missing");
  check("node }", "'{' is missing");
  check("versions { producer: 99999999999999999999 }", "does not fit in 64 bits");
  check("versions { producer: 1.5 }", "an integer is missing");
  check("node { name: \"a\" op: \"b\" attr { key: \"k\" value { type: DT_COLOUR } } }",
        "'DT_COLOUR' is no DataType");
  check("node { name: \"a\" op: \"b\" attr { key: \"k\" value { f: 1e999 } } }", "too large");
  check("node { name: \"a\" op: \"b\" attr { key: \"k\" value { b: maybe } } }", "true or false");
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "x {";
  check("library { gradient { " + deep, "too deep");
}

TEST_CASE("all that cannot be imported is listed at once") {
  const std::string error = text_error(R"(
node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } }
       attr { key: "shape" value { shape { dim { size: -1 } } } } }
node { name: "s" op: "Switch" input: "x" input: "x" }
node { name: "q" op: "Quux" input: "x" }
node { name: "after" op: "Neg" input: "q" }
node { name: "h" op: "Const" attr { key: "dtype" value { type: DT_COMPLEX64 } }
       attr { key: "value" value { tensor { dtype: DT_COMPLEX64 } } } }
node { name: "n" op: "Shape" input: "x" attr { key: "out_type" value { type: DT_INT32 } } }
node { name: "r" op: "Reshape" input: "x" input: "n" }
node { name: "m" op: "Neg" input: "nowhere" }
)");
  CAPTURE(error);
  CHECK(contains(error, "5 nodes cannot be imported"));
  CHECK(contains(error, "Switch 's': control flow is not imported"));
  CHECK(contains(error, "Quux 'q': deft knows no such op"));
  CHECK(contains(error, "Const 'h': it is of DT_COMPLEX64, which deft does not have"));
  CHECK(contains(error, "Reshape 'r': input 1, 'n', must be known"));
  CHECK(contains(error, "give .batch or .shapes"));
  CHECK(contains(error, "Neg 'm': the file has no node 'nowhere', its input"));
  CHECK_FALSE(contains(error, "'after'"));
}

TEST_CASE("what is no graph is refused") {
  CHECK(contains(text_error(R"(node { name: "a" op: "Neg" input: "b" }
                               node { name: "b" op: "Neg" input: "a" })"),
                 "nodes wait for each other"));
  CHECK(contains(text_error(R"(node { name: "a" op: "NoOp" } node { name: "a" op: "NoOp" })"),
                 "two nodes have the name 'a'"));
  CHECK(contains(text_error(R"(node { name: "a" })"), "lacks a name or an op"));
  CHECK(contains(text_error(R"(node { name: "a" op: "Neg" input: "b:x" })"), "the input 'b:x'"));
  CHECK(contains(text_error(R"(node { name: "a" op: "Neg" })"), "it has 0 inputs"));
  const char* const constant = R"(node { name: "a" op: "Const"
    attr { key: "dtype" value { type: DT_INT32 } }
    attr { key: "value" value { tensor { dtype: DT_INT32 tensor_shape { dim { size: %d } } %s } } } })";
  const auto with = [&](const std::string& size, const std::string& values) {
    std::string text = constant;
    text.replace(text.find("%d"), 2, size);
    return text.replace(text.find("%s"), 2, values);
  };
  CHECK(contains(text_error(with("1", "int_val: [1, 2]")), "1 elements has 2 values"));
  CHECK(contains(text_error(with("2", "tensor_content: 'abc'")), "should have 8 bytes, but has 3"));
  CHECK(contains(text_error(with("-3", "")), "the dimension -3"));
  CHECK(contains(text_error(with("9000000000000", "int_val: [1, 2]")), "more than deft repeats"));
  CHECK(text_error(with("9000000000000", "int_val: 7")).empty());
}

TEST_CASE("numbers at the ends of their range are refused, and nothing overflows") {
  const auto integers = [](const std::string& name, const std::string& type,
                           const std::string& values, std::size_t count) {
    return "node { name: '" + name + "' op: 'Const' attr { key: 'dtype' value { type: " + type +
           " } } attr { key: 'value' value { tensor { dtype: " + type +
           " tensor_shape { dim { size: " + std::to_string(count) + " } } " + values + " } } } }\n";
  };
  const std::string x = R"(node { name: "x" op: "Placeholder"
    attr { key: "dtype" value { type: DT_FLOAT } }
    attr { key: "shape" value { shape { dim { size: 1 } dim { size: 8 } dim { size: 8 }
                                        dim { size: 2 } } } } }
)";
  const std::string largest = "9223372036854775807";
  const auto check = [&](const std::string& text, std::string_view part) {
    const std::string error = text_error(x + text);
    CAPTURE(text);
    CAPTURE(error);
    CHECK(contains(error, part));
  };
  const auto pool = [](const std::string& stride) {
    return R"(node { name: "p" op: "MaxPool" input: "x"
      attr { key: "ksize" value { list { i: [1, 2, 2, 1] } } }
      attr { key: "padding" value { s: "SAME" } }
      attr { key: "strides" value { list { i: [1, )" +
           stride + ", 1, 1] } } } }";
  };
  CHECK(text_error(x + pool("2")).empty());
  check(pool(largest), "'strides' has the number " + largest);
  check(pool("0"), "'strides' has the number 0");
  check(pool("-1"), "'strides' has the number -1");
  check(integers("b", "DT_INT64", "int64_val: [0, 0, 0, " + largest + "]", 4) +
            integers("s", "DT_INT64", "int64_val: [1, 8, 8, " + largest + "]", 4) +
            R"(node { name: "r" op: "Slice" input: "x" input: "b" input: "s" })",
        "are no part of dimension 3");
  check(integers("s", "DT_INT64", "int64_val: [" + largest + ", " + largest + ", -1]", 3) +
            integers("a", "DT_INT32", "int_val: 3", 1) +
            R"(node { name: "r" op: "SplitV" input: "x" input: "s" input: "a"
                      attr { key: "num_split" value { i: 3 } } })",
        "its sizes are no parts of dimension 3");
  check(integers("a", "DT_INT32", "int_val: 0", 1) +
            integers("s", "DT_INT32", "int_val: 2147483647", 1) +
            R"(node { name: "r" op: "ConcatOffset" input: "a" input: "s" input: "s" })",
        "go beyond i32");
  std::string many;
  for (int i = 0; i < 33; ++i) many += i == 0 ? "1" : ", 1";
  check(integers("m", "DT_INT32", "int_val: [" + many + "]", 33) +
            R"(node { name: "r" op: "StridedSlice" input: "x" input: "m" input: "m" input: "m" })",
        "it has 33 positions");
}

TEST_CASE("options that name nothing are refused") {
  const std::string path = tensorflow_file("mlp_adam_frozen.pb");
  const auto error_with = [&](const ImportGraphDefOptions& options) -> std::string {
    Graph graph;
    try {
      import_graph_def(graph, path, options);
    } catch (const GraphError& error) {
      return error.what();
    }
    return "";
  };
  CHECK(contains(error_with({.fetches = {"losss"}}), "no node 'losss'"));
  CHECK(contains(error_with({.shapes = {{"logits", Shape{2, 8}}}}), "no placeholder"));
  CHECK(contains(error_with({.shapes = {{"x", Shape{2, 9}}}}), "but .shapes has [2, 9]"));
  CHECK(contains(error_with({.constants = {{"x", Tensor{1.0F}}}}), "its value in .constants"));
  CHECK(contains(error_with({.batch = -1}), ".batch is -1"));
  Graph graph;
  const ImportedGraph model = import_graph_def(graph, path, {.batch = 4});
  CHECK(model.find("logits").shape() == Shape{4, 3});
  CHECK_THROWS_AS(model.find("logits:1"), GraphError);
  CHECK_THROWS_AS(model.find("^logits"), GraphError);
}

TEST_CASE("a checkpoint of another graph is refused with all that it lacks") {
  Graph graph;
  const ImportedGraph model =
      import_graph_def(graph, tensorflow_file("mlp_adam.pb"), {.fetches = {"logits"}});
  CHECK(model.variables.size() == 6);
  try {
    model.restored({{"l1/W", Tensor{1.0F}}});
    FAIL("it was taken");
  } catch (const GraphError& error) {
    const std::string text = error.what();
    CHECK(contains(text, "it has 'l1/W' as f32[1], but the variable is f32[8, 16]"));
    CHECK(contains(text, "it has no 'l3/b'"));
  }
}

}  // namespace deft
