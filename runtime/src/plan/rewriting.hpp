#pragma once

#include <initializer_list>

#include <deft/core/op_def.hpp>
#include <deft/core/tensor.hpp>

#include "draft.hpp"

// What the passes that rewrite a draft share.

namespace deft {

/// Makes a draft ready to be rewritten: fills `same_as` and `pinned`. Pinned is every operation
/// with an effect, and every operation that waits for another by control or is waited for so.
void begin_rewriting(Draft& draft);

/// The value that has taken the place of `value`.
ValueId resolved(const Draft& draft, ValueId value);

/// Replaces the inputs of position `at` by the values that have taken their place.
void resolve_inputs(Draft& draft, std::size_t at);

/// True if a pass may replace the operation at `at`.
bool may_replace(const Draft& draft, std::size_t at);

/// Who makes a value.
class Makers {
 public:
  explicit Makers(const Draft& draft);

  /// The position that makes `value`.
  std::uint32_t operator[](ValueId value) const { return makers_[value]; }
  void append(std::uint32_t position) { makers_.push_back(position); }

 private:
  std::vector<std::uint32_t> makers_;
};

/// The value of a constant; null if the operation at `at` is none.
const Tensor* constant_at(const Draft& draft, std::size_t at);

/// Makes the outputs of position `at` the constants `values`: a single one at the position itself,
/// several as constants that are appended.
void make_constants(Draft& draft, Makers& makers, std::size_t at, std::vector<Tensor> values);

/// Appends the constant `value`, which takes the user's line from position `like`.
ValueId append_constant(Draft& draft, std::size_t like, Tensor value);

/// Appends an operation, which takes the user's line from position `like`; returns its only output.
/// `put_in_order` has to follow.
ValueId append_operation(Draft& draft, std::size_t like, const OpDef& op, Attributes attributes,
                         std::initializer_list<ValueId> inputs);

/// Makes the order of positions one in which each comes after all that it reads and waits for,
/// which appended operations have spoilt. Drops what is unused too, as `drop_unused`.
void put_in_order(Draft& draft);

}  // namespace deft
