#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ops/onnx/support/one_node.hpp"

namespace deft::onnx {
namespace {

Tensor f32(const Shape& shape, const std::vector<float>& values) {
  return Tensor::from(shape, values);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("MaxPool of an open batch, of floats and bytes") {
  const OneNode pool{.op = "MaxPool",
                     .inputs = {batched(f32({1, 1, 4}, {1, 5, 2, 3}))},
                     .attributes = {{"kernel_shape", Integers{2}}}};
  CHECK(pool.value() == f32({1, 1, 3}, {5, 5, 3}));
  const OneNode bytes{"MaxPool",
                      {Tensor::from({1, 1, 3}, std::vector<std::uint8_t>{200, 100, 255})},
                      {{"kernel_shape", Integers{2}}, {"pads", Integers{1, 0}}}};
  CHECK(bytes.value() == Tensor::from({1, 1, 3}, std::vector<std::uint8_t>{200, 200, 255}));
  const OneNode negative{"MaxPool",
                         {Tensor::from({1, 1, 2}, std::vector<std::int8_t>{-128, -1})},
                         {{"kernel_shape", Integers{2}}, {"pads", Integers{1, 1}}}};
  CHECK(negative.value() == Tensor::from({1, 1, 3}, std::vector<std::int8_t>{-128, -1, -1}));
}

TEST_CASE("Indices of MaxPool count rows or columns first, over the whole tensor") {
  const Tensor x = f32({1, 2, 2, 3}, {1, 2, 6, 3, 4, 5, 6, 5, 4, 9, 1, 2});
  const Attributes window{{"kernel_shape", Integers{2, 3}}};
  const std::vector<Tensor> rows =
      OneNode{.op = "MaxPool", .inputs = {x}, .attributes = window, .outputs = 2}.run();
  CHECK(rows.at(0) == f32({1, 2, 1, 1}, {6, 9}));
  CHECK(rows.at(1) == Tensor::from({1, 2, 1, 1}, std::vector<std::int64_t>{2, 9}));
  const std::vector<Tensor> columns = OneNode{.op = "MaxPool",
                                              .inputs = {x},
                                              .attributes = {window.front(), {"storage_order", 1}},
                                              .outputs = 2}
                                          .run();
  CHECK(columns.at(1) == Tensor::from({1, 2, 1, 1}, std::vector<std::int64_t>{4, 7}));
}

TEST_CASE("with ceil_mode a last window counts that begins within the input or before it") {
  const Tensor x = f32({1, 1, 4}, {1, 2, 3, 4});
  const auto pooled = [&](std::int64_t window, std::int64_t stride, const Integers& pads) {
    return OneNode{"MaxPool",
                   {x},
                   {{"kernel_shape", Integers{window}},
                    {"strides", Integers{stride}},
                    {"pads", pads},
                    {"ceil_mode", 1}}}
        .value();
  };
  CHECK(pooled(3, 2, {0, 0}) == f32({1, 1, 2}, {3, 4}));
  CHECK(pooled(1, 2, {0, 0}) == f32({1, 1, 2}, {1, 3}));
  CHECK(pooled(5, 2, {0, 0}) == f32({1, 1, 1}, {4}));
  CHECK(pooled(2, 3, {1, 1}) == f32({1, 1, 2}, {1, 4}));
}

TEST_CASE("padding counts in AveragePool where the node says so, what ceil_mode adds never") {
  const auto pooled = [](int counted) {
    return OneNode{"AveragePool",
                   {f32({1, 1, 5}, {1, 2, 3, 4, 5})},
                   {{"kernel_shape", Integers{3}},
                    {"strides", Integers{2}},
                    {"pads", Integers{1, 0}},
                    {"ceil_mode", 1},
                    {"count_include_pad", counted}},
                   19}
        .value();
  };
  CHECK(pooled(0) == f32({1, 1, 3}, {1.5F, 3, 4.5F}));
  CHECK(pooled(1) == f32({1, 1, 3}, {1, 3, 4.5F}));
}

TEST_CASE("LpPool and GlobalLpPool have norms of any order from 1 on") {
  const Tensor x = f32({1, 1, 2}, {-3, 4});
  const auto pooled = [&](const std::string& op, int p) {
    Attributes attributes{{"p", p}};
    if (op == "LpPool") attributes.push_back({"kernel_shape", Integers{2}});
    return OneNode{op, {x}, attributes}.value().to<double>().at(0);
  };
  for (const char* op : {"LpPool", "GlobalLpPool"}) {
    CAPTURE(op);
    CHECK(pooled(op, 1) == doctest::Approx(7));
    CHECK(pooled(op, 2) == doctest::Approx(5));
    CHECK(pooled(op, 3) == doctest::Approx(std::cbrt(91.0)));
  }
  CHECK(contains(OneNode{"GlobalLpPool", {x}, {{"p", 0}}}.refusal(),
                 "p is 0, and norms have 1 or more"));
}

TEST_CASE("global pools are read from version 1 on") {
  const Tensor x = f32({1, 2, 2}, {1, 3, 5, 4});
  CHECK(OneNode{"GlobalAveragePool", {batched(x)}, {}, 1}.value() == f32({1, 2, 1}, {2, 4.5F}));
  CHECK(OneNode{"GlobalMaxPool", {batched(x)}, {}, 1}.value() == f32({1, 2, 1}, {3, 5}));
}

TEST_CASE("MaxUnpool puts elements where they were, and zeros around a larger result") {
  const Tensor x = f32({1, 1, 2}, {5, 7});
  const Tensor indices = Tensor::from({1, 1, 2}, std::vector<std::int64_t>{1, 2});
  const Attributes window{{"kernel_shape", Integers{2}}, {"strides", Integers{2}}};
  CHECK(OneNode{"MaxUnpool", {x, indices}, window}.value() == f32({1, 1, 4}, {0, 5, 7, 0}));
  const auto shaped = [&](std::int64_t size) {
    return OneNode{
        "MaxUnpool", {x, indices, known(Tensor{std::int64_t{1}, std::int64_t{1}, size})}, window};
  };
  CHECK(shaped(5).value() == f32({1, 1, 5}, {0, 5, 7, 0, 0}));
  CHECK(contains(shaped(3).refusal(), "its output_shape does not contain the shape [1, 1, 4]"));
  CHECK(contains(OneNode{"MaxUnpool", {batched(x), indices}, window}.refusal(),
                 "all dimensions must be known, since indices count across the batch"));
}

}  // namespace deft::onnx
