#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "ops/onnx/support/one_node.hpp"

namespace deft::onnx {
namespace {

const Tensor x{1.0F, -2.0F};

OneNode dropout(float ratio, bool trains) {
  return {.op = "Dropout",
          .inputs = {batched(x), known(Tensor::scalar(ratio)), known(Tensor::scalar(trains))},
          .outputs = 2};
}

}  // namespace

TEST_CASE("Dropout drops nothing in a model that evaluates, in every version") {
  for (const std::int64_t opset : {7, 10, 12, 22}) {
    const std::vector<Tensor> made =
        OneNode{.op = "Dropout", .inputs = {batched(x)}, .opset = opset, .outputs = 2}.run();
    CHECK(made.at(0) == x);
    CHECK(made.at(1) == (opset < 10 ? Tensor{1.0F, 1.0F} : Tensor{true, true}));
  }
  CHECK(OneNode{"Dropout", {x}, {{"is_test", 1}}, 6}.value() == x);
}

TEST_CASE("Dropout that trains is refused unless its ratio is 0") {
  CHECK(dropout(0.5F, false).value() == x);
  CHECK(dropout(0, true).run().at(1) == Tensor{true, true});
  const std::string why = dropout(0.5F, true).refusal();
  CHECK(why.find("what it drops is drawn by the library that trains") != std::string::npos);
  const std::string old = OneNode{"Dropout", {x}, {{"is_test", 0}}, 6}.refusal();
  CHECK(old.find("what it drops is drawn by the library that trains") != std::string::npos);
}

}  // namespace deft::onnx
