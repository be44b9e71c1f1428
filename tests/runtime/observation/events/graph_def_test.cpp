#include "observation/events/graph_def.hpp"

#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/ops/two_output_ops.hpp"
#include "support/wire_message.hpp"

namespace deft {
namespace {

using Texts = std::vector<std::string>;

/// The nodes of a GraphDef by name.
std::map<std::string, WireMessage> nodes_of(const Graph& graph) {
  std::map<std::string, WireMessage> nodes;
  for (const WireMessage& node : WireMessage(graph_def_of(graph)).messages(1))
    nodes.emplace(node.text(1), node);
  CHECK(nodes.size() == graph.num_nodes());
  return nodes;
}

/// The attributes of a node by name.
std::map<std::string, WireMessage> attributes_of(const WireMessage& node) {
  std::map<std::string, WireMessage> attributes;
  for (const WireMessage& entry : node.messages(5))
    CHECK(attributes.emplace(entry.text(1), entry.message(2)).second);
  return attributes;
}

/// The dimensions of a TensorShapeProto.
std::vector<std::int64_t> dims_of(const WireMessage& shape) {
  std::vector<std::int64_t> dims;
  for (const WireMessage& dim : shape.messages(2)) dims.push_back(dim.integer(1));
  return dims;
}

constexpr OpDef attributed{
    .name = "attributed",
    .arity = {0, 0},
    .infer =
        [](const InferContext&) {
          return std::vector<TensorSpec>{{DType::f32, {}}};
        },
};

}  // namespace

TEST_CASE("nodes have their names, operations and inputs") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {Shape::unknown, 3}, {.name = "x"});
  const NameScope scope(graph, "layer");
  const Output y = add(x, x, {.name = "sum"});
  const Output z = square(y);
  graph.add_control_dependency(x, z);
  {
    const ControlDependencies after(graph, {y});
    square(x, {.name = "later"});
  }
  const auto nodes = nodes_of(graph);
  CHECK(nodes.at("x").text(2) == "placeholder");
  CHECK(nodes.at("x").texts(3).empty());
  CHECK(nodes.at("layer/sum").text(2) == "add");
  CHECK(nodes.at("layer/sum").texts(3) == Texts{"x", "x"});
  CHECK(nodes.at("layer/square").texts(3) == Texts{"layer/sum", "^x"});
  CHECK(nodes.at("layer/later").texts(3) == Texts{"x", "^layer/sum"});
}

TEST_CASE("outputs have dtypes and shapes") {
  const Graph graph;
  placeholder(graph, DType::f64, {Shape::unknown, 3}, {.name = "x"});
  const auto attributes = attributes_of(nodes_of(graph).at("x"));
  const auto shapes = attributes.at("_output_shapes").message(1).messages(7);
  REQUIRE(shapes.size() == 1);
  CHECK(dims_of(shapes[0]) == std::vector<std::int64_t>{-1, 3});
  CHECK(attributes.at("dtype").integer(6) == 2);
  CHECK(attributes.at("line").text(2).find("graph_def_test.cpp:") != std::string::npos);
}

TEST_CASE("of several outputs each has a name, a dtype and a shape") {
  const Graph graph;
  const Output x = placeholder(graph, DType::f32, {3}, {.name = "x"});
  const Outputs sides = graph.add(user::sides, {x}, {}, {});
  square(sides[0]);
  square(sides[1]);
  const auto nodes = nodes_of(graph);
  CHECK(nodes.at("square").texts(3) == Texts{"sides"});
  CHECK(nodes.at("square_1").texts(3) == Texts{"sides:1"});
  const auto attributes = attributes_of(nodes.at("sides"));
  CHECK(attributes.at("_output_shapes").message(1).count(7) == 2);
  const WireMessage dtypes = attributes.at("dtype").message(1);
  REQUIRE(dtypes.fields().size() == 2);
  CHECK(dtypes.fields()[1].number == 6);
  CHECK(dtypes.fields()[1].varint == 1);
}

TEST_CASE("attributes of every type") {
  const Graph graph;
  graph.add(attributed, {},
            {{"truth", true},
             {"integer", std::int64_t{-5}},
             {"number", 2.5},
             {"text", std::string("some")},
             {"dtype", DType::i64},
             {"dims", Shape{4, 5}},
             {"list", std::vector<std::int64_t>{7, -8}},
             {"tensor", Tensor{1.0F, 2.0F}}},
            {});
  const auto attributes = attributes_of(nodes_of(graph).at("attributed"));
  CHECK(attributes.at("truth").integer(5) == 1);
  CHECK(attributes.at("integer").integer(3) == -5);
  CHECK(attributes.at("number").f32(4) == 2.5F);
  CHECK(attributes.at("text").text(2) == "some");
  CHECK(attributes.at("dtype").integer(6) == 9);
  CHECK(dims_of(attributes.at("dims").message(7)) == std::vector<std::int64_t>{4, 5});
  CHECK(attributes.at("list").message(1).packed_varints(3) == std::vector<std::int64_t>{7, -8});
  CHECK(attributes.at("tensor").text(2) == "f32[2]");
}

TEST_CASE("dtypes have TensorFlow's numbers") {
  const std::pair<DType, std::int64_t> numbers[] = {
      {DType::f32, 1},  {DType::f64, 2},  {DType::i32, 3},  {DType::i64, 9},  {DType::boolean, 10},
      {DType::u8, 4},   {DType::i8, 6},   {DType::i16, 5},  {DType::u16, 17}, {DType::u32, 22},
      {DType::u64, 23}, {DType::f16, 19}, {DType::bf16, 14}};
  for (const auto& known : numbers) {
    CAPTURE(to_string(known.first));
    const Graph graph;
    placeholder(graph, known.first, {}, {.name = "x"});
    CHECK(attributes_of(nodes_of(graph).at("x")).at("dtype").integer(6) == known.second);
  }
}

TEST_CASE("an empty graph is an empty message") { CHECK(graph_def_of(Graph()).empty()); }

}  // namespace deft
