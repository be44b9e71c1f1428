#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include <deft/core/element_code.hpp>
#include <deft/core/element_recorder.hpp>
#include <deft/core/row.hpp>
#include <deft/core/shape.hpp>

namespace deft {

/// A set of dtypes.
class DTypes {
 public:
  constexpr DTypes(std::initializer_list<DType> dtypes) {
    for (const DType dtype : dtypes) bits_ |= bit(dtype);
  }
  constexpr bool contains(DType dtype) const { return (bits_ & bit(dtype)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  friend constexpr DTypes operator|(DTypes a, const DTypes& b) {
    a.bits_ |= b.bits_;
    return a;
  }

 private:
  static constexpr unsigned bit(DType dtype) { return 1U << static_cast<unsigned>(dtype); }

  unsigned bits_ = 0;
};

inline constexpr DTypes no_dtypes{};
inline constexpr DTypes floating_dtypes{DType::f32, DType::f64};
inline constexpr DTypes integer_dtypes{DType::i32, DType::i64};
inline constexpr DTypes numeric_dtypes{DType::f32, DType::f64, DType::i32, DType::i64};
inline constexpr DTypes dtypes_at_rest{DType::u8,  DType::i8,  DType::i16, DType::u16,
                                       DType::u32, DType::u64, DType::f16, DType::bf16};
inline constexpr DTypes bits_dtypes{DType::i32, DType::i64, DType::u8,  DType::i8,
                                    DType::i16, DType::u16, DType::u32, DType::u64};
inline constexpr DTypes ordered_dtypes = numeric_dtypes | dtypes_at_rest;
inline constexpr DTypes all_dtypes = ordered_dtypes | DTypes{DType::boolean};

/// Which operation of algebra an element function is, for passes that rewrite expressions.
enum class Algebra : std::uint8_t { unknown, negation, sum, difference, product, quotient };

/// What deft knows of an element function beside its values.
struct ElementFacts {
  enum class Result : std::uint8_t { same, boolean, any };  // dtype as the operands, bool, another
  struct Nanoseconds {
    double f32 = 0;
    double f64 = 0;
    double integer = 0;
  };

  std::string_view name = {};
  DTypes takes = numeric_dtypes;  // of operands, which all have the same one
  Result gives = Result::same;
  double flops = 1;              // of an element
  Nanoseconds nanoseconds = {};  // that an element takes at least, where flops promise less
  bool cheap = false;            // costs less than to read its result from memory
  DTypes fails = no_dtypes;      // of operands for which it throws where it is not defined
  Algebra algebra = Algebra::unknown;
};

/// A function that is applied element by element: its facts, and what computes it. Make it with
/// element_function in <deft/ops/element.hpp>, `constexpr` at namespace scope.
struct ElementFunction {
  using Rows = RowKernel (*)(DType from, DType to);
  using Record = void (*)(ElementCode& code);

  ElementFacts facts = {};
  std::size_t arity = 1;     // at most Row::max_inputs
  bool conditional = false;  // operand 0 is bool, whatever the others are

  /// The function of rows whose operands have the dtype `from`, but for a condition, and whose
  /// result has the dtype `to`.
  Rows rows = nullptr;

  /// Appends the operations of the function to a code that has its operands so far, and sets the
  /// result. Null: the function has no code.
  Record record = nullptr;

  bool may_fail(DType dtype) const { return facts.fails.contains(dtype); }

  double nanoseconds(DType dtype) const;

  /// Whether operands and result have the right number and dtypes.
  bool accepts(std::span<const TensorSpec> inputs, const TensorSpec& output) const;

  /// The function of operands of `dtype` as code, if there is one.
  std::optional<ElementCode> code(DType dtype) const;
};

namespace detail {

/// How many operands F::of takes, and whether it takes or gives a mask.
template <class F, class T>
struct OperandsOf {
  using A = ElementRecorder<T>;
  using N = typename A::Number;
  static constexpr bool one = requires(const A& a, N x) { F::of(a, x); };
  static constexpr bool two = requires(const A& a, N x) { F::of(a, x, x); };
  static constexpr bool conditional = requires(const A& a, typename A::Mask m, N x) {
    F::of(a, m, x, x);
  };
  static constexpr std::size_t count = one ? 1 : two ? 2 : 3;

  template <class... Operands>
  static constexpr bool makes_mask = requires(const A& a, Operands... operands) {
    { F::of(a, operands...) } -> std::same_as<typename A::Mask>;
  };
  static constexpr bool gives_mask = makes_mask<N> || makes_mask<N, N> || makes_mask<N, N, N> ||
                                     makes_mask<typename A::Mask, N, N>;
};

template <class F, class T>
void record_for(ElementCode& code) {
  using Operands = OperandsOf<F, T>;
  using A = ElementRecorder<T>;
  using N = typename A::Number;
  const A a(code);
  if constexpr (Operands::one)
    code.set_result(F::of(a, N{0}).value);
  else if constexpr (Operands::two)
    code.set_result(F::of(a, N{0}, N{1}).value);
  else if constexpr (Operands::conditional)
    code.set_result(F::of(a, typename A::Mask{0}, N{1}, N{2}).value);
  else
    code.set_result(F::of(a, N{0}, N{1}, N{2}).value);
}

}  // namespace detail

/// ElementFunction::record of F, which has `facts` and a template `of`.
template <class F>
void record_element(ElementCode& code) {
  const auto record = [&]<class T>(std::type_identity<T>) {
    constexpr DType dtype = dtype_of<T>();
    if constexpr (F::facts.takes.contains(dtype) && !F::facts.fails.contains(dtype))
      if (code.dtype() == dtype) detail::record_for<F, T>(code);
  };
  record(std::type_identity<float>());
  record(std::type_identity<double>());
  record(std::type_identity<std::int32_t>());
  record(std::type_identity<std::int64_t>());
  record(std::type_identity<bool>());
}

/// The description of F whose rows `rows` computes.
template <class F>
constexpr ElementFunction describe_element(ElementFunction::Rows rows) {
  using Operands = detail::OperandsOf<F, float>;
  return {.facts = F::facts,
          .arity = Operands::count,
          .conditional = Operands::conditional,
          .rows = rows,
          .record = record_element<F>};
}

}  // namespace deft
