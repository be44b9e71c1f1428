#pragma once

#include <deft/core/element_function.hpp>
#include <deft/core/form.hpp>
#include <deft/core/visit_dtype.hpp>

namespace deft {

// What an operation needs that is an element function: see "Adding an operation" in ops/README.md.

/// Computes output 0 as `function` of inputs that broadcast to it. Throws ValueError if the
/// function does not take their dtypes.
Kernel map_kernel(const ElementFunction& function, const KernelContext& context);

/// The same, for OpDef::kernel.
template <const ElementFunction& function>
Kernel map_kernel(const KernelContext& context) {
  return map_kernel(function, context);
}

/// The same, for OpDef::form.
template <const ElementFunction& function>
Form map_form(const KernelContext&) {
  return MapForm{&function};
}

/// Computes a row by the operations of a code, one after the other for some elements at a time.
void compute_row(const ElementCode& code, const Row& row);

namespace detail {

template <class F, class T>
const ElementCode& known_code() {
  static const ElementCode code = describe_element<F>(nullptr).code(dtype_of<T>()).value();
  return code;
}

template <class F>
RowKernel rows_by_code(DType from, DType) {
  return visit_numeric(from, []<class T>(std::type_identity<T>) -> RowFunction {
    known_code<F, T>();  // so that no run has to write it
    return [](const Row& row) { compute_row(known_code<F, T>(), row); };
  });
}

}  // namespace detail

/// The element function F, a class with its facts, and its arithmetic as a template:
///
///     struct Squash {
///       static constexpr ElementFacts facts{.name = "squash", .takes = floating_dtypes};
///
///       template <class A>
///       static typename A::Number of(const A& a, typename A::Number x) {
///         return a.div(x, a.add(a.number(1), a.abs(x)));
///       }
///     };
///     constexpr ElementFunction squash = element_function<Squash>();
///
/// `of` has one to three operands, of numeric dtypes; the first of three may be an A::Mask, a bool.
/// ElementRecorder lists the operations of A.
template <class F>
constexpr ElementFunction element_function() {
  static_assert(!F::facts.takes.contains(DType::boolean), "an element function is of numbers");
  static_assert(F::facts.fails.empty(), "what is recorded cannot fail");
  using Result = ElementFacts::Result;
  static_assert(
      F::facts.gives == (detail::OperandsOf<F, float>::gives_mask ? Result::boolean : Result::same),
      "ElementFacts::gives must say what `of` returns");
  return describe_element<F>(detail::rows_by_code<F>);
}

}  // namespace deft
