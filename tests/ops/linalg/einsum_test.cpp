#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>

#include "caught.hpp"
#include "support/gradient_check.hpp"
#include "support/ops/evaluate.hpp"
#include "support/samples.hpp"

namespace deft {
namespace {

struct Case {
  std::string equation;
  std::vector<Shape> operands;
  Shape result;
  std::string plain;  // the equation without dots, spaces and implied results
};

const std::vector<Case> cases = {
    {"ij,jk->ik", {{2, 3}, {3, 4}}, {2, 4}, "ij,jk->ik"},
    {"ij,jk", {{2, 3}, {3, 4}}, {2, 4}, "ij,jk->ik"},
    {"ba", {{2, 3}}, {3, 2}, "ba->ab"},
    {" i j , j k -> k i ", {{2, 3}, {3, 4}}, {4, 2}, "ij,jk->ki"},
    {"ij->", {{2, 3}}, {}, "ij->"},
    {"ij->j", {{2, 3}}, {3}, "ij->j"},
    {"i,i", {{3}, {3}}, {}, "i,i->"},
    {"i,j->ij", {{3}, {2}}, {3, 2}, "i,j->ij"},
    {"ij,j", {{2, 3}, {3}}, {2}, "ij,j->i"},
    {"ij,ij->ij", {{2, 3}, {2, 3}}, {2, 3}, "ij,ij->ij"},
    {"ij,ij->i", {{2, 3}, {2, 3}}, {2}, "ij,ij->i"},
    {"ij,kl->li", {{2, 3}, {2, 4}}, {4, 2}, "ij,kl->li"},
    {"bij,bjk->bik", {{2, 3, 4}, {2, 4, 5}}, {2, 3, 5}, "bij,bjk->bik"},
    {"bhqd,bhkd->bhqk", {{2, 2, 3, 4}, {2, 2, 5, 4}}, {2, 2, 3, 5}, "bhqd,bhkd->bhqk"},
    {"bqhd,bkhd->bhqk", {{2, 3, 2, 4}, {2, 5, 2, 4}}, {2, 2, 3, 5}, "bqhd,bkhd->bhqk"},
    {"bthd,hde->bte", {{2, 3, 2, 4}, {2, 4, 5}}, {2, 3, 5}, "bthd,hde->bte"},
    {"abcd,cdef->abef", {{2, 1, 3, 2}, {3, 2, 2, 4}}, {2, 1, 2, 4}, "abcd,cdef->abef"},
    {"ijk,klj->li", {{2, 3, 4}, {4, 5, 3}}, {5, 2}, "ijk,klj->li"},
    {"ij,jk,kl->il", {{2, 3}, {3, 4}, {4, 2}}, {2, 2}, "ij,jk,kl->il"},
    {"i,ij,j", {{2}, {2, 3}, {3}}, {}, "i,ij,j->"},
    {"i,i,i->i", {{3}, {3}, {3}}, {3}, "i,i,i->i"},
    {"ii->i", {{3, 3}}, {3}, "ii->i"},
    {"ii", {{3, 3}}, {}, "ii->"},
    {"iji->j", {{3, 2, 3}}, {2}, "iji->j"},
    {"iii->i", {{2, 2, 2}}, {2}, "iii->i"},
    {"ii,ij->j", {{3, 3}, {3, 2}}, {2}, "ii,ij->j"},
    {"...ij,...jk->...ik", {{2, 3, 4}, {2, 4, 5}}, {2, 3, 5}, "xij,xjk->xik"},
    {"...ij,jk", {{2, 3, 4}, {4, 5}}, {2, 3, 5}, "xij,jk->xik"},
    {"...i->...", {{2, 3, 4}}, {2, 3}, "xyi->xy"},
    {"i...->...i", {{2, 3, 4}}, {3, 4, 2}, "ixy->xyi"},
    {"...,...", {{2, 3}, {3}}, {2, 3}, "xy,y->xy"},
    {"Aa,ab->Ab", {{2, 3}, {3, 2}}, {2, 2}, "Aa,ab->Ab"},
    {"aB,Bc", {{2, 3}, {3, 4}}, {2, 4}, "aB,Bc->ac"},
    {"bA", {{2, 3}}, {3, 2}, "bA->Ab"},
    {"ij,jk->ik", {{2, 0}, {0, 4}}, {2, 4}, "ij,jk->ik"},
    {"ij,jk->ik", {{0, 2}, {2, 4}}, {0, 4}, "ij,jk->ik"},
    {",ij->ij", {Shape{}, {2, 3}}, {2, 3}, ",ij->ij"},
    {"->", {Shape{}}, {}, "->"},
};

/// Sums products over all values of all letters, one after the other.
Tensor by_loops(const Case& c, const std::vector<Tensor>& values) {
  const std::string left = c.plain.substr(0, c.plain.find("->"));
  const std::string right = c.plain.substr(c.plain.find("->") + 2);
  std::vector<std::string> terms(1);
  for (const char letter : left)
    if (letter == ',')
      terms.emplace_back();
    else
      terms.back() += letter;
  std::string letters;
  std::vector<std::int64_t> dims;
  for (std::size_t i = 0; i < terms.size(); ++i)
    for (std::size_t axis = 0; axis < terms[i].size(); ++axis)
      if (letters.find(terms[i][axis]) == letters.npos) {
        letters += terms[i][axis];
        dims.push_back(values[i].shape()[axis]);
      }
  Tensor result = Tensor::zeros(DType::f64, c.result);
  const auto position = [&](const std::string& term, const Shape& shape,
                            std::span<const std::int64_t> index) {
    std::int64_t at = 0;
    for (std::size_t axis = 0; axis < term.size(); ++axis)
      at = at * shape[axis] + index[letters.find(term[axis])];
    return static_cast<std::size_t>(at);
  };
  for_each_index(
      Shape(std::span<const std::int64_t>(dims)), [&](std::span<const std::int64_t> index) {
        double product = 1;
        for (std::size_t i = 0; i < terms.size(); ++i)
          product *= values[i].data<double>()[position(terms[i], values[i].shape(), index)];
        result.mutable_data<double>()[position(right, c.result, index)] += product;
      });
  return result;
}

std::vector<Tensor> values_of(const Case& c) {
  std::vector<Tensor> values;
  for (std::size_t i = 0; i < c.operands.size(); ++i)
    values.push_back(sample<double>(c.operands[i], static_cast<std::uint32_t>(i) + 1));
  return values;
}

TEST_CASE("einsum is what loops over all letters give, also of unknown dimensions") {
  for (const Case& c : cases)
    for (const bool known : {true, false}) {
      CAPTURE(c.equation);
      CAPTURE(known);
      const Graph graph;
      const std::vector<Tensor> values = values_of(c);
      std::vector<Output> operands;
      std::vector<std::pair<Output, Tensor>> feeds;
      for (std::size_t i = 0; i < values.size(); ++i) {
        const std::vector<std::int64_t> open(values[i].shape().rank(), Shape::unknown);
        operands.push_back(placeholder(
            graph, DType::f64, known ? c.operands[i] : Shape(std::span<const std::int64_t>(open))));
        feeds.emplace_back(operands.back(), values[i]);
      }
      const Output made = einsum(c.equation, operands, {.name = "product"});
      CHECK(made.name() == "product");
      if (known) CHECK(made.shape() == c.result);
      const Tensor result = evaluate(made, feeds);
      const Tensor expected = by_loops(c, values);
      REQUIRE(result.shape() == expected.shape());
      for (std::size_t i = 0; i < result.data<double>().size(); ++i)
        CHECK(result.data<double>()[i] == doctest::Approx(expected.data<double>()[i]));
    }
}

TEST_CASE("gradients of einsum") {
  for (const Case& c : cases) {
    CAPTURE(c.equation);
    const Graph graph;
    const std::vector<Tensor> values = values_of(c);
    std::vector<Output> operands;
    for (const Tensor& value : values)
      operands.push_back(placeholder(graph, DType::f64, value.shape()));
    CHECK(gradient_mismatch(square(einsum(c.equation, operands) + 1.5), operands, values) == "");
  }
}

TEST_CASE("leading dimensions of einsum broadcast") {
  const Graph graph;
  const Output a = constant(graph, Tensor::from<std::int64_t>({2, 1, 1, 2}, {1, 2, 3, 4}));
  const Output b = constant(graph, Tensor::from<std::int64_t>({2, 2, 1}, {1, 2, 3, 4}));
  CHECK(evaluate(einsum("...ij,...jk->...ik", {a, b})) ==
        Tensor::from<std::int64_t>({2, 2, 1, 1}, {5, 11, 11, 25}));
}

TEST_CASE("einsum permutes bools") {
  const Output x = constant(Graph(), Tensor::from<bool>({1, 2}, {true, false}));
  CHECK(evaluate(einsum("ij->ji", {x})) == Tensor::from<bool>({2, 1}, {true, false}));
}

TEST_CASE("what einsum refuses") {
  const Graph graph;
  const Output a = placeholder(graph, DType::f64, {2, 3});
  const Output b = placeholder(graph, DType::f64, {4, 5});
  const auto refused = [&](const char* equation, const std::vector<Output>& operands) {
    return caught<GraphError>([&] { einsum(equation, operands, {.name = "sum"}); });
  };
  const int line = __LINE__ + 1;
  const auto error = caught<GraphError>([&] { einsum("ij,jk->ik", {a, b}, {.name = "sum"}); });
  CHECK(error.code() == ErrorCode::shape_mismatch);
  CHECK(error.info().message == "dimension 'j' is 3 in operand 0 [2, 3] and 4 in operand 1 [4, 5]");
  CHECK(error.info().op == "einsum");
  CHECK(error.info().node == "sum");
  CHECK(error.info().operands == "f64[2, 3], f64[4, 5]");
  CHECK(error.info().where.line == line);
  CHECK(refused("ij", {a, b}).info().message == "the equation \"ij\" has 1 terms for 2 operands");
  CHECK(refused("ijk", {a}).info().message ==
        "the term \"ijk\" names 3 dimensions, but operand 0 has rank 2");
  CHECK(refused("i", {a}).info().message ==
        "the term \"i\" names 1 dimensions, but operand 0 has rank 2");
  CHECK(refused("i_", {a}).info().message == "the term \"i_\" has '_' at position 1");
  CHECK(refused("..i", {a}).info().message == "the term \"..i\" has '.' at position 0");
  CHECK(refused("......", {a}).info().message == "the term \"......\" has '.' at position 3");
  CHECK(refused("ij->iij", {a}).info().message == "the result \"iij\" has 'i' twice");
  CHECK(refused("ij->ik", {a}).info().message == "the result \"ik\" has 'k', which no operand has");
  CHECK(refused("i...->i", {a}).info().message ==
        "the result \"i\" is without the 1 dimensions that \"...\" stands for");
  CHECK(refused("ii->i", {a}).info().message ==
        "dimension 'i' is 2 in operand 0 [2, 3] and 3 in operand 0 [2, 3]");
  CHECK(refused("...,...", {a, b}).info().message ==
        "dimension -2 of those that \"...\" stands for is 2 in operand 0 [2, 3] and 4 in operand 1 "
        "[4, 5]");
  CHECK(refused("ij,jk->ik", {a, Output()}).code() == ErrorCode::empty_handle);
  CHECK(refused("", {}).info().message == "the equation \"\" has 1 terms for 0 operands");
}

}  // namespace
}  // namespace deft
