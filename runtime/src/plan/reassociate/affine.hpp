#pragma once

#include <optional>
#include <vector>

#include <deft/core/element_function.hpp>

#include "chain.hpp"
#include "plan/facts.hpp"
#include "plan/rewriting.hpp"

namespace deft {

/// A product of numbers and matrices, of which at most one varies from step to step.
struct AffineTerm {
  struct Scalar {
    ValueId value = none;  // of one element
    bool divides = false;
  };

  bool negative = false;
  std::vector<Scalar> scalars;
  std::vector<MatrixFactor> left;  // of the varying matrix; or all factors, if nothing varies
  MatrixFactor varying;            // value none: nothing varies
  std::vector<MatrixFactor> right;
};

/// A matrix as a sum of AffineTerms.
struct AffineForm {
  std::vector<AffineTerm> terms;
  std::size_t operations = 0;  // of the draft that it stands for
};

/// What the values of a draft are as affine expressions of what varies from step to step: through
/// sums and differences, and through products with matrices, and with factors and divisors of one
/// element, that do not vary. Asks OpDef::form alone.
class AffineForms {
 public:
  AffineForms(const Draft& draft, const std::vector<Lifetime>& lifetimes);

  /// The form of what position `at` makes; null if that is no more than itself.
  const AffineForm* at(std::size_t at) const { return forms_[at] ? &*forms_[at] : nullptr; }

 private:
  bool lasts(ValueId value) const { return lifetimes_[makers_[value]] != Lifetime::step; }
  AffineForm of(ValueId value) const;
  std::optional<AffineForm> expand(std::size_t at) const;
  std::optional<AffineForm> expand_product(std::size_t at, const ProductForm& step) const;
  std::optional<AffineForm> expand_map(std::size_t at, Algebra algebra) const;
  std::optional<AffineForm> scale(std::size_t at, std::size_t matrix, bool divides) const;

  const Draft& draft_;
  const std::vector<Lifetime>& lifetimes_;
  Makers makers_;
  std::vector<std::optional<AffineForm>> forms_;  // by position
};

}  // namespace deft
