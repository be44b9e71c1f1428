#include "affine.hpp"

#include <algorithm>
#include <utility>

namespace deft {
namespace {

// An expression whose form would be larger is taken as a value of its own.
constexpr std::size_t most_terms = 8;
constexpr std::size_t most_factors = 8;  // of a term: scalars, and matrices on either side
constexpr std::size_t most_operations = 64;

bool is_small(const AffineForm& form) {
  const auto small = [](const AffineTerm& term) {
    return term.scalars.size() <= most_factors && term.left.size() <= most_factors &&
           term.right.size() <= most_factors;
  };
  return form.terms.size() <= most_terms && form.operations <= most_operations &&
         std::ranges::all_of(form.terms, small);
}

void transpose(AffineForm& form) {
  for (AffineTerm& term : form.terms) {
    transpose(term.left);
    transpose(term.right);
    if (term.varying.value == none) continue;
    term.varying.transposed = !term.varying.transposed;
    std::swap(term.left, term.right);
  }
}

void negate(AffineForm& form) {
  for (AffineTerm& term : form.terms) term.negative = !term.negative;
}

bool is_one_element(const TensorSpec& spec) { return spec.shape.num_elements() == 1; }

}  // namespace

AffineForms::AffineForms(const Draft& draft, const std::vector<Lifetime>& lifetimes)
    : draft_(draft), lifetimes_(lifetimes), makers_(draft), forms_(draft.order.size()) {
  for (std::size_t at = 0; at < forms_.size(); ++at) {
    if (lifetimes[at] != Lifetime::step || !may_replace(draft, at)) continue;
    std::optional<AffineForm> form = expand(at);
    if (!form) continue;
    ++form->operations;
    if (is_small(*form)) forms_[at] = std::move(form);
  }
}

AffineForm AffineForms::of(ValueId value) const {
  if (const auto& known = forms_[makers_[value]]) return *known;
  AffineTerm term;
  if (lasts(value))
    term.left.push_back({value});
  else
    term.varying = {value};
  return {.terms = {std::move(term)}};
}

std::optional<AffineForm> AffineForms::expand(std::size_t at) const {
  if (draft_.outputs(at).size() != 1) return std::nullopt;
  const TensorSpec& result = draft_.outputs(at)[0];
  if (result.shape.rank() != 2 || !is_floating(result.dtype)) return std::nullopt;
  const Form form = form_at(draft_, at);
  if (const auto* product = std::get_if<ProductForm>(&form)) return expand_product(at, *product);
  if (const auto* map = std::get_if<MapForm>(&form); map && map->function)
    return expand_map(at, map->function->facts.algebra);
  return std::nullopt;
}

std::optional<AffineForm> AffineForms::expand_product(std::size_t at,
                                                      const ProductForm& step) const {
  const ValueId a = draft_.inputs_of(at)[0];
  const ValueId b = draft_.inputs_of(at)[1];
  if (!lasts(a) && !lasts(b)) return std::nullopt;
  AffineForm form = of(lasts(a) ? b : a);
  if (lasts(a) ? step.transpose_b : step.transpose_a) transpose(form);
  for (AffineTerm& term : form.terms) {
    if (lasts(a))
      term.left.insert(term.left.begin(), {a, step.transpose_a});
    else
      (term.varying.value == none ? term.left : term.right).push_back({b, step.transpose_b});
  }
  return form;
}

std::optional<AffineForm> AffineForms::expand_map(std::size_t at, Algebra algebra) const {
  const std::span<const ValueId> inputs = draft_.inputs_of(at);
  const TensorSpec& result = draft_.outputs(at)[0];
  switch (algebra) {
    case Algebra::negation: {
      AffineForm form = of(inputs[0]);
      negate(form);
      return form;
    }
    case Algebra::sum:
    case Algebra::difference: {
      if (*draft_.specs[inputs[0]] != result || *draft_.specs[inputs[1]] != result)
        return std::nullopt;
      AffineForm form = of(inputs[0]);
      AffineForm other = of(inputs[1]);
      if (algebra == Algebra::difference) negate(other);
      form.operations += other.operations;
      std::ranges::move(other.terms, std::back_inserter(form.terms));
      return form;
    }
    case Algebra::product: {
      auto form = scale(at, 0, false);
      return form ? std::move(form) : scale(at, 1, false);
    }
    case Algebra::quotient:
      return scale(at, 0, true);
    default:
      return std::nullopt;
  }
}

/// The form of input `matrix` times, or divided by, the other input.
std::optional<AffineForm> AffineForms::scale(std::size_t at, std::size_t matrix,
                                             bool divides) const {
  const ValueId value = draft_.inputs_of(at)[matrix];
  const ValueId scalar = draft_.inputs_of(at)[1 - matrix];
  if (!lasts(scalar) || !is_one_element(*draft_.specs[scalar]) ||
      *draft_.specs[value] != draft_.outputs(at)[0])
    return std::nullopt;
  AffineForm form = of(value);
  for (AffineTerm& term : form.terms) term.scalars.push_back({scalar, divides});
  return form;
}

}  // namespace deft
