#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include <deft/ops/element.hpp>

#include "caught.hpp"
#include "support/ops/element_functions.hpp"

namespace deft {
namespace {

/// As many as one likes of one spec -> that spec: a user's op with a rule for `form`.
constexpr OpDef with_rule(OpDef::Classify rule) {
  return {.name = "with_rule",
          .arity = {1, Arity::unbounded},
          .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
          .kernel = [](const KernelContext&) { return make_kernel([](const KernelArgs&) {}, 1); },
          .form = rule};
}

constexpr OpDef throws =
    with_rule([](const KernelContext&) -> Form { throw std::runtime_error("no such attribute"); });
constexpr OpDef map_of_any_function =
    with_rule([](const KernelContext&) -> Form { return MapForm{}; });
/// Rows of any operands of `arity`.
constexpr ElementFunction rows_of(std::size_t arity) {
  return {.facts = {.name = "rows"}, .arity = arity, .rows = [](DType, DType) {
            return RowKernel([](const Row&) {});
          }};
}

constexpr ElementFunction two_operands = rows_of(2);
constexpr ElementFunction four_operands = rows_of(4);
constexpr ElementFunction without_rows{.facts = {.name = "without_rows"}};
constexpr OpDef map = with_rule(map_form<two_operands>);
constexpr OpDef map_of_four = with_rule(map_form<four_operands>);
constexpr OpDef map_without_rows = with_rule(map_form<without_rows>);
constexpr OpDef addition = with_rule(map_form<elements::add>);
constexpr OpDef choice = with_rule(map_form<elements::select>);
constexpr OpDef comparison = with_rule(map_form<elements::less>);
constexpr OpDef product = with_rule([](const KernelContext&) -> Form { return ProductForm{}; });
constexpr OpDef reduction = with_rule([](const KernelContext&) -> Form { return ReductionForm{}; });
constexpr OpDef reduction_of_rows = with_rule([](const KernelContext&) -> Form {
  return ReductionForm{Reduction::sum, {0b10}};
});
constexpr OpDef renaming = with_rule([](const KernelContext&) -> Form { return RenameForm{}; });
constexpr OpDef repetition = with_rule([](const KernelContext&) -> Form { return RepeatForm{}; });
constexpr OpDef fold =
    with_rule([](const KernelContext&) -> Form { return FoldForm{{&elements::add}}; });
constexpr OpDef renaming_of_nothing = [] {
  OpDef op = renaming;
  op.shape_only_inputs = 1;
  return op;
}();

struct Fault {
  const OpDef& op;
  std::vector<Shape> inputs;
};

TEST_CASE("a faulty rule for form is an error that names its node") {
  const Shape row{2000};
  for (const Fault& fault : {Fault{throws, {row}},
                             Fault{map_of_any_function, {row, {1000}}},
                             Fault{map_without_rows, {row}},
                             Fault{map_of_four, {row, row, row, row}},
                             Fault{map, {row, row, row}},
                             Fault{map, {row, {1000}}},
                             Fault{map, {row, {2, 2000}}},
                             Fault{addition, {row}},
                             Fault{addition, {row, row, row}},
                             Fault{choice, {row}},
                             Fault{choice, {row, row, row}},
                             Fault{comparison, {row, row}},
                             Fault{product, {row, row}},
                             Fault{product, {{100, 3}, {5, 3}}},
                             Fault{product, {{3, 3}}},
                             Fault{reduction, {row}},
                             Fault{reduction, {{1}, row}},
                             Fault{reduction_of_rows, {{100, 3}}},
                             Fault{renaming, {row, row}},
                             Fault{renaming_of_nothing, {row}},
                             Fault{repetition, {row, row}},
                             Fault{fold, {row}},
                             Fault{fold, {row, row, {2, 1000}}}}) {
    const Graph graph;
    std::vector<Output> inputs;
    for (const Shape& shape : fault.inputs)
      inputs.push_back(exp(variable(zeros(graph, DType::f32, shape))));
    const Output y = add_node(fault.op, inputs, {}, {.name = "y"});
    Session session(graph);
    const auto error = caught<RunError>([&] { session.explain(y + 1); });
    CHECK(error.info().node == "y");
    CHECK(std::string(error.what()).find("the form ") != std::string::npos);
  }
}

}  // namespace
}  // namespace deft
