#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ops/onnx/support/one_node.hpp"

namespace deft::onnx {
namespace {

using Numbers = std::vector<float>;

Tensor f32(const Shape& shape, const Numbers& values) { return Tensor::from(shape, values); }

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Conv of an open batch takes its window from the filter") {
  const OneNode conv{
      .op = "Conv",
      .inputs = {batched(f32({1, 1, 4}, {1, 2, 3, 4})), f32({1, 1, 2}, {1, 10}), f32({1}, {100})},
      .attributes = {{"pads", Integers{1, 0}}}};
  CHECK(conv.value() == f32({1, 1, 4}, {110, 121, 132, 143}));
}

TEST_CASE("Conv puts what is odd of SAME_UPPER behind and of SAME_LOWER before") {
  const std::vector<TestInput> inputs{f32({1, 1, 3}, {1, 2, 3}), f32({1, 1, 2}, {1, 10})};
  const OneNode upper{"Conv", inputs, {{"auto_pad", "SAME_UPPER"}}};
  CHECK(upper.value() == f32({1, 1, 3}, {21, 32, 3}));
  const OneNode lower{"Conv", inputs, {{"auto_pad", "SAME_LOWER"}}};
  CHECK(lower.value() == f32({1, 1, 3}, {10, 21, 32}));
  const OneNode valid{"Conv", inputs, {{"auto_pad", "VALID"}}};
  CHECK(valid.value() == f32({1, 1, 2}, {21, 32}));
}

TEST_CASE("Conv with auto_pad must know what it pads") {
  ModelBuilder model(17);
  model.input("x", DType::f32, {1, 1, "width"});
  model.initializer("w", f32({1, 1, 2}, {1, 10}));
  model.node("Conv", {"x", "w"}, {"y"}, {{"auto_pad", "SAME_UPPER"}}).output("y");
  const Graph graph;
  const std::string why = caught<FileError>([&] { model.import(graph); }).what();
  CHECK(
      contains(why, "with auto_pad SAME_UPPER the spatial dimensions of its input must be known"));
  CHECK(model.import(graph, {.dims = {{"width", 5}}}).output("y").shape() == Shape{1, 1, 5});
}

TEST_CASE("Conv of f16 is computed in f32 and rounded once") {
  const Tensor x = Tensor::from({1, 1, 2}, std::vector<Half>{Half(2048.0F), Half(1.0F)});
  const Tensor filter = Tensor::from({1, 1, 2}, std::vector<Half>{Half(1.0F), Half(1.0F)});
  const Tensor bias = Tensor::from({1}, std::vector<Half>{Half(1.0F)});
  const Tensor y = OneNode{"Conv", {x, filter, bias}}.value();
  CHECK(y.dtype() == DType::f16);
  CHECK(y.to<float>() == Numbers{2050});
}

TEST_CASE("Conv refuses inputs and attributes that do not fit") {
  const Tensor matrix = f32({2, 2}, {1, 2, 3, 4});
  CHECK(contains(OneNode{"Conv", {matrix, matrix}}.refusal(),
                 "deft takes 1 to 3 spatial dimensions"));
  const Tensor x = f32({1, 1, 3}, {1, 2, 3});
  const Tensor filter = f32({1, 1, 2}, {1, 10});
  CHECK(contains(OneNode{"Conv", {x, f32({1, 1, 1, 2}, {1, 10})}}.refusal(),
                 "its windows have 2 dimensions, but its input of shape [1, 1, 3] has 1"));
  CHECK(contains(OneNode{"Conv", {x, filter}, {{"strides", Integers{1, 1}}}}.refusal(),
                 "its attribute \"strides\" has 2 numbers for 1 spatial dimensions"));
  CHECK(contains(OneNode{"Conv", {x, filter}, {{"auto_pad", "SAME"}}}.refusal(),
                 "auto_pad \"SAME\" is none that ONNX knows"));
}

TEST_CASE("ConvTranspose adds zeros where output_shape is larger than what it gives") {
  const std::vector<TestInput> inputs{f32({1, 1, 2}, {1, 2}), f32({1, 1, 2}, {1, 10})};
  const OneNode larger{
      "ConvTranspose", inputs, {{"output_shape", Integers{6}}, {"strides", Integers{2}}}};
  CHECK(larger.value() == f32({1, 1, 6}, {0, 1, 10, 2, 20, 0}));
  const OneNode smaller{
      "ConvTranspose",
      inputs,
      {{"output_shape", Integers{3}}, {"strides", Integers{2}}, {"auto_pad", "SAME_UPPER"}}};
  CHECK(smaller.value() == f32({1, 1, 3}, {1, 10, 2}));
  const OneNode padded{
      "ConvTranspose", inputs, {{"output_padding", Integers{1}}, {"strides", Integers{2}}}};
  CHECK(padded.value() == f32({1, 1, 5}, {1, 10, 2, 20, 0}));
}

TEST_CASE("the bias of ConvTranspose is added to what output_padding adds") {
  const OneNode padded{"ConvTranspose",
                       {f32({1, 1, 1}, {1}), f32({1, 1, 1}, {3}), f32({1}, {100})},
                       {{"output_padding", Integers{1}}, {"strides", Integers{2}}}};
  CHECK(padded.value() == f32({1, 1, 2}, {103, 100}));
}

TEST_CASE("ConvTranspose in groups") {
  const OneNode grouped{
      "ConvTranspose", {f32({1, 2, 2}, {1, 2, 3, 4}), f32({2, 1, 1}, {10, 100})}, {{"group", 2}}};
  CHECK(grouped.value() == f32({1, 2, 2}, {10, 20, 300, 400}));
}

TEST_CASE("ConvInteger pads with the zero point, and has those of filters by channel") {
  const Tensor x = Tensor::from({1, 1, 2}, std::vector<std::uint8_t>{255, 3});
  const Tensor filter = Tensor::from({2, 1, 2}, std::vector<std::int8_t>{-128, 127, 1, 1});
  const Tensor zero = Tensor::scalar(std::uint8_t{3});
  const Tensor zeros = Tensor::from({2}, std::vector<std::int8_t>{0, 1});
  const OneNode conv{"ConvInteger", {x, filter, zero, zeros}, {{"pads", Integers{0, 1}}}};
  CHECK(conv.value() == Tensor::from({1, 2, 2}, std::vector<std::int32_t>{-32256, 0, 0, 0}));
}

}  // namespace deft::onnx
