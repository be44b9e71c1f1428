#include "element_functions.hpp"
#include "families.hpp"
#include "values.hpp"

namespace deft::digest {
namespace {

constexpr DType floating_dtypes[] = {DType::f32, DType::f64};
constexpr DType numeric_dtypes[] = {DType::f32, DType::f64, DType::i32, DType::i64};

/// Operands of an element function, which are variables: nothing is known before the run.
struct Operands {
  Output x;
  Output y;
};

/// Any bits, special values, and small ones, under shapes of which the second broadcasts: the same,
/// a row, a column, one element.
std::vector<Operands> operands_of(const Graph& graph, DType dtype) {
  struct Row {
    Values values;
    Shape x;
    Shape y;
  };
  const Row rows[] = {
      {Values::any_bits, {4099}, {4099}}, {Values::special, {3, 259}, {3, 259}},
      {Values::special, {40, 33}, {33}},  {Values::special, {300, 5}, {300, 1}},
      {Values::special, {7, 64}, {}},     {Values::small, {129, 16}, {129, 16}},
      {Values::small, {1}, {1}},          {Values::small, {}, {}},
  };
  Draws draws(2024);
  std::vector<Operands> all;
  for (const Row& row : rows) {
    const Output x = variable(graph, tensor_of(draws, {dtype, row.x}, row.values));
    const Output y = variable(graph, tensor_of(draws, {dtype, row.y}, row.values));
    all.push_back({x, y});
  }
  return all;
}

/// A value by itself, and among operations that are fused with it.
void add_uses(std::vector<Output>& results, const Output& value, const Operands& operands) {
  results.push_back(value);
  const Output factor = cast(operands.y, value.dtype());
  const Output among = value.dtype() == DType::boolean ? where(value, operands.x, operands.y)
                                                       : (value - factor) * factor;
  results.push_back(among);
  if (among.dtype() != DType::boolean && among.shape().rank() > 0)
    results.push_back(reduce_sum(among, {.axes = {-1}}));
}

void add_gradients(std::vector<Output>& results, const Output& value, const Operands& operands) {
  if (!is_floating(value.dtype())) return;
  const std::vector<Output> slopes =
      gradients(reduce_sum(value * operands.y), {operands.x, operands.y});
  results.insert(results.end(), slopes.begin(), slopes.end());
}

Subject unary(const Unary& f, DType dtype) {
  const Graph graph;
  std::vector<Output> results;
  for (const Operands& operands : operands_of(graph, dtype)) {
    const Output value = f.apply(operands.x);
    add_uses(results, value, operands);
    add_gradients(results, value, operands);
  }
  return fetched(f.name, graph, results);
}

/// The operands exchanged too, and with numbers.
Subject binary(const Binary& f, DType dtype) {
  const Graph graph;
  std::vector<Output> results;
  for (const Operands& operands : operands_of(graph, dtype)) {
    const Output value = f.apply(operands.x, operands.y);
    add_uses(results, value, operands);
    add_gradients(results, value, operands);
    results.push_back(f.apply(operands.y, operands.x));
    for (const int number : {0, 1, -1, 2, 3}) results.push_back(f.apply(operands.x, number));
    results.push_back(f.apply(1, operands.x));
  }
  return fetched(f.name, graph, results);
}

Subject quotients(DType dtype) {
  const Graph graph;
  std::vector<Output> results;
  for (const Operands& operands : operands_of(graph, dtype)) {
    const Output value = divide(operands.x, operands.y);
    add_uses(results, value, operands);
    add_gradients(results, value, operands);
    results.push_back(divide(operands.y, operands.x));
    for (const int number : {1, -1, 2, 3, 10}) results.push_back(operands.x / number);
  }
  return fetched("div", graph, results);
}

/// Gradients are those of a base that is far from 0.
Subject powers(DType dtype) {
  const Graph graph;
  std::vector<Output> results;
  for (const Operands& operands : operands_of(graph, dtype)) {
    add_uses(results, power(operands.x, operands.y), operands);
    for (int exponent = is_floating(dtype) ? -17 : 0; exponent <= 17; ++exponent)
      results.push_back(pow(operands.x, exponent));
    if (!is_floating(dtype)) continue;
    results.push_back(pow(operands.x, 0.5));
    const Output base = where(less(abs(operands.x), 100), abs(operands.x) + 0.5, 2);
    const Output exponents = where(less(abs(operands.y), 100), operands.y, 2);
    add_gradients(results, pow(base, exponents), operands);
  }
  return fetched("pow", graph, results);
}

Subject casts(DType dtype) {
  const Graph graph;
  std::vector<Output> results;
  for (const Operands& operands : operands_of(graph, dtype))
    for (const DType to : {DType::f32, DType::f64, DType::i32, DType::i64, DType::boolean}) {
      results.push_back(cast(operands.x, to));
      if (is_numeric(to)) results.push_back(cast(square(cast(operands.x, to)), DType::f64));
    }
  return fetched("cast", graph, results);
}

/// All element functions of a dtype.
Family functions_of(DType dtype) {
  std::vector<std::function<Subject()>> makes;
  for (const Unary& f : unary_functions())
    if (is_floating(dtype) || !f.floating) makes.push_back([=, &f] { return unary(f, dtype); });
  for (const auto* functions : {&binary_functions(), &comparisons()})
    for (const Binary& f : *functions) makes.push_back([=, &f] { return binary(f, dtype); });
  makes.push_back([=] { return quotients(dtype); });
  makes.push_back([=] { return powers(dtype); });
  makes.push_back([=] { return casts(dtype); });
  return {"elements_" + std::string(to_string(dtype)), makes.size(),
          [makes](std::size_t index) { return makes[index](); }};
}

/// Gradients of powers wherever base or exponent is special.
Subject pow_corners(DType dtype) {
  const Graph graph;
  std::vector<Output> results;
  for (const Operands& operands : operands_of(graph, dtype)) {
    const std::vector<Output> slopes =
        gradients(reduce_sum(pow(operands.x, operands.y)), {operands.x, operands.y});
    results.insert(results.end(), slopes.begin(), slopes.end());
  }
  return fetched(std::string(to_string(dtype)), graph, results);
}

}  // namespace

std::vector<Family> elements() {
  std::vector<Family> families;
  for (const DType dtype : numeric_dtypes) families.push_back(functions_of(dtype));
  families.push_back({"pow_corners", std::size(floating_dtypes),
                      [](std::size_t index) { return pow_corners(floating_dtypes[index]); }});
  return families;
}

}  // namespace deft::digest
