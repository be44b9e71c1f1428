#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <deft/core/attributes.hpp>
#include <deft/core/shape.hpp>

namespace deft {

struct OpDef;

/// A tensor of a step, by number.
using TensorId = std::uint32_t;

/// How a tensor is made: by an op with these attributes, of these inputs.
struct Expression {
  const OpDef* op = nullptr;
  const Attributes* attributes = nullptr;
  std::span<const TensorId> inputs;
  std::span<const TensorSpec> outputs;  // all dimensions known
  const Tensor* constant = nullptr;     // its value, if that is known
};

/// What a rule of OpDef::simplify sees: its own node as an expression, and how its inputs are made.
struct SimplifyContext {
  Expression self;
  const void* program;
  Expression (*look)(const void* program, TensorId id);

  Expression input(std::size_t i) const { return look(program, self.inputs[i]); }
};

/// What a node can be replaced by: `op` with `attributes` of as many inputs as before; or, if `op`
/// is null, by inputs[0], which has the same dtype and shape.
struct Rewrite {
  const OpDef* op = nullptr;
  Attributes attributes = {};
  std::vector<TensorId> inputs = {};
};

}  // namespace deft
