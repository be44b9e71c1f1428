#include "affine_writer.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <deft/ops/arithmetic.hpp>

namespace deft {
namespace {

double product(std::int64_t a, std::int64_t b, std::int64_t c = 1) {
  return static_cast<double>(a) * static_cast<double>(b) * static_cast<double>(c);
}

/// Adds up what it takes to multiply `factors` out and to scale the result.
void count_chain(const Draft& draft, std::span<const MatrixFactor> factors, std::size_t scalars,
                 AffinePlan& plan) {
  if (factors.empty()) return;
  const std::vector<std::int64_t> dims = dims_of(draft, factors);
  plan.once_flops += ChainOrder(dims).flops() +
                     static_cast<double>(scalars + 1) * product(dims.front(), dims.back());
}

/// The roundings of a term: a product of length k has k, a number 1, the sum of matrices 1 each.
double roundings_of(const Draft& draft, const AffineTerm& term) {
  double count = static_cast<double>(term.scalars.size());
  const auto add_inner = [&](std::span<const MatrixFactor> factors) {
    for (const MatrixFactor& factor : factors) count += static_cast<double>(rows_of(draft, factor));
  };
  std::vector<MatrixFactor> all = term.left;
  if (term.varying.value != none) all.push_back(term.varying);
  all.insert(all.end(), term.right.begin(), term.right.end());
  add_inner(std::span(all).subspan(1));
  return count;
}

/// What a step does for one summand: L v, v R, or the cheaper order of L v R.
double flops_of(const Draft& draft, const AffinePlan::Summand& summand) {
  const AffineTerm& widest = *std::ranges::max_element(
      summand.terms, {}, [](const AffineTerm& t) { return t.left.size() + t.right.size(); });
  std::vector<std::int64_t> dims;
  if (!widest.left.empty()) dims.push_back(rows_of(draft, widest.left.front()));
  dims.push_back(rows_of(draft, summand.varying));
  dims.push_back(columns_of(draft, summand.varying));
  if (!widest.right.empty()) dims.push_back(columns_of(draft, widest.right.back()));
  return ChainOrder(dims).flops() + product(dims.front(), dims.back());
}

// A number times the varying matrix is added to a matrix as a multiple of the identity, and the
// transpose of a single matrix is written out by an identity, too. A large identity costs more than
// it saves.
constexpr std::int64_t largest_identity = 256;  // rows

/// True if a term needs an identity that is too large.
bool is_unwieldy(const Draft& draft, const AffineTerm& term) {
  if (term.left.empty() && term.right.empty())
    return std::max(rows_of(draft, term.varying), columns_of(draft, term.varying)) >
           largest_identity;
  const auto large = [&](const std::vector<MatrixFactor>& side) {
    return side.size() == 1 && side[0].transposed && rows_of(draft, side[0]) > largest_identity;
  };
  return large(term.left) || large(term.right);
}

bool is_plain(const AffineTerm& term) { return term.left.empty() && term.right.empty(); }

/// True if the matrices of both terms can be added: both on the left, or both on the right.
bool add_up(const AffineTerm& a, const AffineTerm& b) {
  return a.varying == b.varying &&
         ((a.left.empty() && b.left.empty()) || (a.right.empty() && b.right.empty()));
}

void add_term(const AffineTerm& term, AffinePlan& plan) {
  if (term.varying.value == none) {
    plan.constants.push_back(term);
    return;
  }
  for (AffinePlan::Summand& summand : plan.summands)
    if (std::ranges::all_of(summand.terms, [&](const AffineTerm& t) { return add_up(t, term); })) {
      summand.terms.push_back(term);
      return;
    }
  plan.summands.push_back({term.varying, {term}});
}

class Writer {
 public:
  Writer(Draft& draft, std::size_t like) : draft_(draft), like_(like) {}

  ValueId write(const AffinePlan& plan) {
    ValueId sum = none;
    for (const AffinePlan::Summand& summand : plan.summands) sum = add(sum, write_summand(summand));
    ValueId constant = none;
    for (const AffineTerm& term : plan.constants)
      constant = add(constant, scaled(chain(term.left), term));
    if (constant != none) sum = add(sum, constant);
    return cast(sum, draft_.outputs(like_)[0].dtype);
  }

 private:
  template <class... Inputs>
  ValueId append(const OpDef& op, Attributes attributes, Inputs... inputs) {
    return append_operation(draft_, like_, op, std::move(attributes), {inputs...});
  }

  ValueId cast(ValueId value, DType dtype) {
    if (draft_.specs[value]->dtype == dtype) return value;
    return append(builtin::cast, {{"dtype", dtype}}, value);
  }

  /// `value` in f64, cast once however often it is asked for.
  ValueId wide(ValueId value) {
    const auto [known, is_new] = wide_.try_emplace(value, none);
    if (is_new) known->second = cast(value, DType::f64);
    return known->second;
  }

  ValueId add(ValueId a, ValueId b) { return a == none ? b : append(builtin::add, {}, a, b); }

  MatrixFactor multiply(const MatrixFactor& a, const MatrixFactor& b) {
    return append_product(draft_, like_, a, b);
  }

  MatrixFactor chain(std::vector<MatrixFactor> factors) {
    const ChainOrder order(dims_of(draft_, factors));
    for (MatrixFactor& factor : factors) factor.value = wide(factor.value);
    return append_chain(draft_, like_, factors, order);
  }

  /// The matrix times the numbers and the sign of the term, not transposed.
  ValueId scaled(MatrixFactor matrix, const AffineTerm& term) {
    if (matrix.transposed) matrix = multiply(identity(rows_of(draft_, matrix)), matrix);
    ValueId value = matrix.value;
    for (const AffineTerm::Scalar& scalar : term.scalars)
      value = append(scalar.divides ? builtin::div : builtin::mul, {}, value, wide(scalar.value));
    return term.negative ? append(builtin::neg, {}, value) : value;
  }

  MatrixFactor identity(std::int64_t size) {
    Tensor matrix = Tensor::zeros(DType::f64, {size, size});
    const auto elements = matrix.mutable_data<double>();
    const auto stride = static_cast<std::size_t>(size) + 1;
    for (std::size_t i = 0; i < elements.size(); i += stride) elements[i] = 1;
    return {append_constant(draft_, like_, std::move(matrix))};
  }

  ValueId write_summand(const AffinePlan::Summand& summand) {
    const MatrixFactor v{wide(summand.varying.value), summand.varying.transposed};
    const auto any = [&](auto side) {
      return std::ranges::any_of(summand.terms,
                                 [&](const AffineTerm& t) { return !(t.*side).empty(); });
    };
    const bool has_left = any(&AffineTerm::left);
    const bool has_right = any(&AffineTerm::right);
    if (has_left && has_right) return write_between(v, summand.terms[0]);
    ValueId matrix = none;
    for (const AffineTerm& term : summand.terms) {
      const std::vector<MatrixFactor>& factors = has_left ? term.left : term.right;
      const std::int64_t size = has_left ? rows_of(draft_, v) : columns_of(draft_, v);
      matrix = add(matrix, scaled(factors.empty() ? identity(size) : chain(factors), term));
    }
    return (has_left ? multiply({matrix}, v) : multiply(v, {matrix})).value;
  }

  /// L v R, with the numbers in L.
  ValueId write_between(const MatrixFactor& v, const AffineTerm& term) {
    const MatrixFactor left{scaled(chain(term.left), term)};
    const std::vector<MatrixFactor> all{left, v, chain(term.right)};
    return append_chain(draft_, like_, all, ChainOrder(dims_of(draft_, all))).value;
  }

  Draft& draft_;
  std::size_t like_;
  std::map<ValueId, ValueId> wide_;
};

}  // namespace

std::optional<AffinePlan> plan_affine(const Draft& draft, const AffineForm& form) {
  AffinePlan plan;
  if (std::ranges::any_of(form.terms, [&](const AffineTerm& t) { return is_unwieldy(draft, t); }))
    return std::nullopt;
  for (const AffineTerm& term : form.terms)
    if (!is_plain(term) || term.varying.value == none) add_term(term, plan);
  for (const AffineTerm& term : form.terms)
    if (is_plain(term) && term.varying.value != none) add_term(term, plan);
  for (const AffinePlan::Summand& summand : plan.summands) {
    if (std::ranges::all_of(summand.terms, is_plain)) return std::nullopt;
    plan.step_flops += flops_of(draft, summand);
  }
  for (const AffineTerm& term : form.terms) {
    count_chain(draft, term.left, term.scalars.size(), plan);
    count_chain(draft, term.right, 0, plan);
    plan.roundings = std::max(plan.roundings, roundings_of(draft, term));
  }
  plan.roundings += static_cast<double>(form.terms.size());
  return plan;
}

ValueId write_affine(Draft& draft, const AffinePlan& plan, std::size_t like) {
  return Writer(draft, like).write(plan);
}

}  // namespace deft
