#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>
#include <deft/ops/builtins.hpp>

#include "caught.hpp"
#include "runtime/graphs/gradient_table/array.hpp"
#include "runtime/graphs/gradient_table/decompositions.hpp"
#include "runtime/graphs/gradient_table/elementwise.hpp"
#include "runtime/graphs/gradient_table/indexing.hpp"
#include "runtime/graphs/gradient_table/linalg.hpp"
#include "runtime/graphs/gradient_table/movement.hpp"
#include "runtime/graphs/gradient_table/nn.hpp"
#include "runtime/graphs/gradient_table/ordering.hpp"
#include "runtime/graphs/gradient_table/planted.hpp"
#include "runtime/graphs/gradient_table/random.hpp"
#include "runtime/graphs/gradient_table/reduce.hpp"
#include "runtime/graphs/gradient_table/special.hpp"
#include "runtime/graphs/gradient_table/state.hpp"
#include "support/gradient_check.hpp"
#include "support/graphs/node_of_op.hpp"

namespace deft {
namespace {

/// One row per built-in operation.
const std::vector<GradientRow>& gradient_table() {
  static const std::vector<GradientRow> table = [] {
    std::vector<GradientRow> rows;
    for (const auto& family : {
             array_rows(),
             decomposition_rows(),
             elementwise_rows(),
             indexing_rows(),
             linalg_rows(),
             movement_rows(),
             nn_rows(),
             ordering_rows(),
             random_rows(),
             reduce_rows(),
             special_rows(),
             state_rows(),
         })
      rows.insert(rows.end(), family.begin(), family.end());
    return rows;
  }();
  return table;
}

/// Where a table and the list of built-in operations disagree, in words.
std::string disagreement(const std::vector<GradientRow>& table) {
  std::vector<std::string_view> names;
  for (const GradientRow& row : table) names.push_back(row.op);
  std::string text;
  for (const OpDef* op : builtin_ops()) {
    const auto rows = std::count(names.begin(), names.end(), op->name);
    if (rows != 1)
      text += std::string(op->name) + " has " + std::to_string(rows) + " rows in the table; ";
  }
  for (const GradientRow& row : table) {
    const auto ops = builtin_ops();
    const auto is_named = [&](const OpDef* op) { return op->name == row.op; };
    if (std::none_of(ops.begin(), ops.end(), is_named))
      text += std::string(row.op) + " has a row, but is no operation; ";
    if (row.cases.empty()) text += std::string(row.op) + " has no case; ";
  }
  return text;
}

const OpDef& builtin_op(std::string_view name) {
  const auto ops = builtin_ops();
  return **std::find_if(ops.begin(), ops.end(), [&](const OpDef* op) { return op->name == name; });
}

/// A case in a graph of its own.
struct Built {
  Graph graph;
  std::vector<Output> xs;
  Output y;
};

/// `curved`: under a further function, so that the gradient which the rule receives varies, too.
Built build(const GradientCase& of, bool unknown_dims, bool curved) {
  Built built;
  for (const Tensor& value : of.at) {
    const std::vector<std::int64_t> unknown(value.shape().rank(), Shape::unknown);
    built.xs.push_back(
        placeholder(built.graph, DType::f64, unknown_dims ? Shape(unknown) : value.shape()));
  }
  built.y = of.build(built.xs);
  if (curved) built.y = square(built.y + 1.5);
  return built;
}

TEST_CASE("every built-in operation has a row and every row an operation") {
  CHECK(disagreement(gradient_table()) == "");
  std::vector<GradientRow> table = gradient_table();
  const std::string lost(table.back().op);
  table.pop_back();
  CHECK(disagreement(table) == lost + " has 0 rows in the table; ");
  table.push_back({"no such op", {table.front().cases}});
  CHECK(disagreement(table).find("no such op has a row") != std::string::npos);
}

TEST_CASE("gradients are what differences say to the second order") {
  for (const GradientRow& row : gradient_table()) {
    if (row.verdict != Verdict::numerical) continue;
    CAPTURE(row.op);
    for (std::size_t index = 0; index < row.cases.size(); ++index) {
      const GradientCase& of = row.cases[index];
      CAPTURE(index);
      CAPTURE(of.name);
      for (const bool curved : {false, true})
        for (const bool unknown_dims : {false, true}) {
          if (unknown_dims && of.known_shapes_only) continue;
          CAPTURE(curved);
          CAPTURE(unknown_dims);
          const Built built = build(of, unknown_dims, curved);
          CHECK(node_of_op(built.graph, row.op) != nullptr);
          CHECK(gradient_mismatch(built.y, built.xs, of.at) == "");
        }
    }
  }
}

TEST_CASE("what has no gradient says why") {
  for (const GradientRow& row : gradient_table()) {
    CAPTURE(row.op);
    const OpDef& op = builtin_op(row.op);
    CHECK((op.gradient == nullptr) == (row.verdict == Verdict::refused));
    if (row.verdict != Verdict::refused) continue;
    for (const GradientCase& of : row.cases) {
      const Built built = build(of, false, false);
      const Error error = caught<GradientError>([&] { gradients(reduce_sum(built.y), built.xs); });
      CHECK(error.code() == ErrorCode::not_differentiable);
      CHECK(error.info().op == row.op);
      CHECK(!op.no_gradient.empty());
      CHECK(error.info().message.find(op.no_gradient) != std::string::npos);
    }
  }
}

TEST_CASE("what stops gradients gives zeros") {
  for (const GradientRow& row : gradient_table()) {
    if (row.verdict != Verdict::zero) continue;
    CAPTURE(row.op);
    for (const GradientCase& of : row.cases) {
      const Built built = build(of, false, true);
      CHECK(node_of_op(built.graph, row.op) != nullptr);
      Session session(built.graph);
      const Output grad = gradients(reduce_sum(built.y), built.xs).at(0);
      CHECK(session.prepare({grad}, built.xs)(of.at)[0] ==
            Tensor::zeros(DType::f64, of.at[0].shape()));
    }
  }
}

/// What the checker says of the cases of a row when `planted` stands in the rule of its operation.
std::vector<std::string> mismatches_with_planted(const GradientRow& row, int orders) {
  const OpDef& op = builtin_op(row.op);
  OpDef faulty = op;
  faulty.gradient = planted_rule;
  std::vector<std::string> texts;
  for (const GradientCase& of : row.cases) {
    const Built built = build(of, false, true);
    const Graph graph = with_op_replaced(built.graph, op, faulty);
    std::vector<Output> xs;
    for (const Output& x : built.xs) xs.push_back(graph.output(x.endpoint()));
    texts.push_back(
        gradient_mismatch(graph.output(built.y.endpoint()), xs, of.at, {.orders = orders}));
  }
  return texts;
}

/// Whether more than the shapes of its inputs matters to an op, and of a draw more than the step,
/// which no case varies: else nobody asks for its gradient.
bool reads_values(const OpDef& op) {
  if (op.name.starts_with("random_")) return false;
  for (std::size_t input = 0; input < std::min<std::size_t>(op.arity.max, 3); ++input)
    if (op.needs_value(input)) return true;
  return false;
}

/// Plants a fault in the entry for each input of each operation in turn: unless the entry is a
/// known zero, one case at least must show it, first in order `order`.
void check_that_faults_are_found(Output (*fault)(const Output&), int order) {
  for (const GradientRow& row : gradient_table()) {
    const OpDef& op = builtin_op(row.op);
    if (row.verdict != Verdict::numerical || op.arity.max == 0) continue;
    CAPTURE(row.op);
    const Built built = build(row.cases.front(), false, false);
    const Node& node = *node_of_op(built.graph, row.op);
    if (node.outputs.empty()) continue;
    const bool is_asked = is_floating(node.outputs[0].dtype) && reads_values(op);
    for (std::size_t input = 0; input < std::min<std::size_t>(op.arity.max, 3); ++input) {
      CAPTURE(input);
      planted = {op.gradient, input, fault};
      const std::vector<std::string> texts = mismatches_with_planted(row, order);
      CHECK(planted.called == is_asked);
      const std::string prefix = "order " + std::to_string(order);
      const auto found = [&](const std::string& text) { return text.starts_with(prefix); };
      const auto fits = [&](const std::string& text) { return text.empty() || found(text); };
      CHECK(std::any_of(texts.begin(), texts.end(), found) == planted.applied);
      CHECK(std::all_of(texts.begin(), texts.end(), fits));
    }
  }
}

TEST_CASE("an entry of any rule that is off by a millionth is found") {
  check_that_faults_are_found([](const Output& entry) { return mul(entry, 1 + 1e-6); }, 1);
}

TEST_CASE("an entry of any rule that cannot be differentiated again is found") {
  check_that_faults_are_found([](const Output& entry) { return stop_gradient(entry); }, 2);
}

/// A built-in operation under another rule.
OpDef with_rule(std::string_view op, OpDef::Gradient rule) {
  OpDef other = builtin_op(op);
  other.gradient = rule;
  return other;
}

/// mul without a factor in the second entry
const OpDef careless_mul = with_rule("mul", [](const GradientContext& context) {
  return std::vector<Output>{context.grads[0] * context.inputs[1], context.grads[0]};
});

/// c = a b, square: g^T b^T for a, where g b^T is right
const OpDef transposed_matmul = with_rule("matmul", [](const GradientContext& context) {
  const Output& g = context.grads[0];
  return std::vector<Output>{
      matmul(g, context.inputs[1], {.transpose_a = true, .transpose_b = true}),
      matmul(context.inputs[0], g, {.transpose_a = true})};
});

/// Right, as long as it is not differentiated again
const OpDef shallow_square = with_rule("square", [](const GradientContext& context) {
  return std::vector<Output>{context.grads[0] * 2 * stop_gradient(context.inputs[0])};
});

std::string planted_mismatch(const OpDef& op, const std::vector<Tensor>& at, Attributes attributes,
                             const GradientCheck& check = {}) {
  const Graph graph;
  std::vector<Output> xs;
  for (const Tensor& value : at) xs.push_back(placeholder(graph, DType::f64, value.shape()));
  return gradient_mismatch(graph.add(op, xs, std::move(attributes), {}), xs, at, check);
}

TEST_CASE("a missing factor is found") {
  const std::string text =
      planted_mismatch(careless_mul, {spread({3}, 0.5, 2, 1), spread({3}, 0.5, 2, 2)}, {});
  CHECK(text.starts_with("order 1, input 1: element "));
}

TEST_CASE("a transposed product is found although even weights hide it") {
  const std::vector<Tensor> at = {spread({3, 3}, -1, 1, 1), spread({3, 3}, -1, 1, 2)};
  const Attributes flags{{"transpose_a", false}, {"transpose_b", false}};
  const auto even = [](std::size_t) { return 1.0; };
  CHECK(planted_mismatch(transposed_matmul, at, flags, {.orders = 1, .weight = even}) == "");
  CHECK(planted_mismatch(transposed_matmul, at, flags).starts_with("order 1, input 0: "));
}

TEST_CASE("a rule that is right once only is found in the second order") {
  const std::vector<Tensor> at = {spread({3}, 0.5, 2)};
  CHECK(planted_mismatch(shallow_square, at, {}, {.orders = 1}) == "");
  CHECK(planted_mismatch(shallow_square, at, {}).starts_with("order 2, input 0: "));
}

}  // namespace
}  // namespace deft
