#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <deft/deft.hpp>
#include <deft/ops/builtins.hpp>
#include <deft/ops/element.hpp>

/// Operations as users write them, which state how a fused group computes them.
namespace deft::user {

/// A function of `count` numbers, which OpDefs below are made of.
template <class T>
using Numbers = std::array<T, Row::max_inputs>;

struct SoftSign {
  static constexpr std::size_t count = 1;
  template <class T>
  static T of(const Numbers<T>& x) {
    return x[0] / (1 + std::abs(x[0]));
  }
};

struct Damped {
  static constexpr std::size_t count = 2;
  template <class T>
  static T of(const Numbers<T>& x) {
    return x[0] < x[1] ? x[0] - x[1] : x[1] * T{0.5};
  }
};

struct Clamp {
  static constexpr std::size_t count = 3;
  template <class T>
  static T of(const Numbers<T>& x) {
    return x[0] < x[1] ? x[1] : x[2] < x[0] ? x[2] : x[0];
  }
};

/// What machine code can be made of.
struct Sum {
  static constexpr std::size_t count = 2;
  template <class T>
  static T of(const Numbers<T>& x) {
    return x[0] + x[1];
  }
};

/// Operands have the shape of the first, or are one element.
template <class F, class T>
void row(const Row& row) {
  T* y = row.out<T>();
  for (std::size_t i = 0; i < row.count; ++i) {
    Numbers<T> x{};
    for (std::size_t k = 0; k < F::count; ++k) x[k] = row.input<T>(k)[row.repeats(k) ? 0 : i];
    y[i] = F::of(x);
  }
}

template <class F, class T>
Kernel kernel(const KernelContext& context) {
  const std::int64_t count = context.outputs[0].shape.num_elements();
  unsigned repeated = 0;
  for (std::size_t k = 0; k < F::count; ++k)
    if (context.inputs[k].shape.num_elements() == 1) repeated |= 1U << k;
  const auto run = [=](const KernelArgs& args) {
    Row whole{.output = args.output<T>(), .count = static_cast<std::size_t>(count)};
    for (std::size_t k = 0; k < F::count; ++k) whole.inputs[k] = args.input<T>(k);
    whole.repeated = repeated;
    row<F, T>(whole);
  };
  return make_kernel(run, 3.0 * static_cast<double>(count));
}

/// F as users give a function of rows alone.
template <class F>
constexpr ElementFunction function_of(std::string_view name) {
  return {.facts = {.name = name, .takes = floating_dtypes},
          .arity = F::count,
          .rows = [](DType from, DType) {
            return RowKernel(from == DType::f32 ? row<F, float> : row<F, double>);
          }};
}

/// F with the code of an addition.
template <class F>
constexpr ElementFunction addition_of(std::string_view name) {
  ElementFunction function = function_of<F>(name);
  function.record = [](ElementCode& code) {
    code.set_result(code.add({.op = ElementOp::add, .operands = {0, 1, ElementCode::no_value}}));
  };
  return function;
}

inline constexpr ElementFunction soft_sign_function = function_of<SoftSign>("soft_sign");
inline constexpr ElementFunction damped_function = function_of<Damped>("damped");
inline constexpr ElementFunction clamp_function = function_of<Clamp>("clamp");
inline constexpr ElementFunction sum_function = function_of<Sum>("sum");
inline constexpr ElementFunction my_sum_function = addition_of<Sum>("my_sum");

template <class F, const ElementFunction& function>
constexpr OpDef op_of() {
  return {.name = function.facts.name,
          .arity = {F::count, F::count},
          .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
          .kernel =
              [](const KernelContext& c) {
                return c.inputs[0].dtype == DType::f32 ? kernel<F, float>(c) : kernel<F, double>(c);
              },
          .form = map_form<function>};
}

inline constexpr OpDef soft_sign = op_of<SoftSign, soft_sign_function>();
inline constexpr OpDef damped = op_of<Damped, damped_function>();
inline constexpr OpDef clamp = op_of<Clamp, clamp_function>();
inline constexpr OpDef my_sum = op_of<Sum, my_sum_function>();

inline const OpDef& builtin(std::string_view name) {
  return **std::ranges::find(builtin_ops(), name, &OpDef::name);
}

// The kernels are those of built-in ones.

/// x + y, where y broadcasts to x in any way.
inline constexpr OpDef shifted{
    .name = "shifted",
    .arity = {2, 2},
    .infer = [](const InferContext& c) { return std::vector<TensorSpec>{c.inputs[0]}; },
    .kernel = [](const KernelContext& c) { return builtin("add").kernel(c); },
    .form = map_form<sum_function>,
};

/// a, b -> a^T b, and x -> the mean of all elements.
inline constexpr OpDef gram{
    .name = "gram",
    .arity = {2, 2},
    .infer =
        [](const InferContext& c) {
          const Shape shape{c.inputs[0].shape[1], c.inputs[1].shape[1]};
          return std::vector<TensorSpec>{{c.inputs[0].dtype, shape}};
        },
    .kernel = [](const KernelContext& c) { return builtin("matmul").kernel(c); },
    .form = [](const KernelContext&) -> Form { return ProductForm{.transpose_a = true}; },
};
inline constexpr OpDef centre{
    .name = "centre",
    .arity = {1, 1},
    .infer =
        [](const InferContext& c) {
          return std::vector<TensorSpec>{{c.inputs[0].dtype, Shape{}}};
        },
    .kernel = [](const KernelContext& c) { return builtin("reduce_mean").kernel(c); },
    .form = [](const KernelContext&) -> Form { return ReductionForm{Reduction::mean}; },
};

/// x -> the sum, or an extreme, of all elements, also of integers.
template <Reduction reduce>
constexpr OpDef reduction_of(std::string_view name) {
  return {.name = name,
          .arity = {1, 1},
          .infer =
              [](const InferContext& c) {
                return std::vector<TensorSpec>{{c.inputs[0].dtype, Shape{}}};
              },
          .kernel =
              [](const KernelContext& c) {
                return builtin(reduce == Reduction::sum   ? "reduce_sum"
                               : reduce == Reduction::max ? "reduce_max"
                                                          : "reduce_min")
                    .kernel(c);
              },
          .form = [](const KernelContext&) -> Form { return ReductionForm{reduce}; }};
}
inline constexpr OpDef total = reduction_of<Reduction::sum>("total");
inline constexpr OpDef largest = reduction_of<Reduction::max>("largest");
inline constexpr OpDef least = reduction_of<Reduction::min>("least");

/// A node of `op`.
inline Output call(const OpDef& op, const std::vector<Output>& inputs) {
  if (&op == &gram)
    return add_node(op, inputs, {{"transpose_a", true}, {"transpose_b", false}}, {});
  if (&op == &centre || &op == &total || &op == &largest || &op == &least) {
    const Output like = reduce_sum(inputs[0]);
    return add_node(op, inputs, *like.node().attributes, {});
  }
  return add_node(op, inputs, {}, {});
}

}  // namespace deft::user
