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

/// How a tensor is made: as output `index` of an op with these attributes, of these inputs.
struct Expression {
  const OpDef* op = nullptr;
  const Attributes* attributes = nullptr;
  std::span<const TensorId> inputs;
  std::span<const TensorSpec> outputs;  // of the op, all dimensions known
  std::size_t index = 0;
  const Tensor* constant = nullptr;  // its value, if that is known

  const TensorSpec& spec() const { return outputs[index]; }
};

/// What a rule of OpDef::simplify sees: its own node as an expression, and how its inputs are made.
struct SimplifyContext {
  Expression self;
  const void* program;
  Expression (*look)(const void* program, TensorId id);

  Expression input(std::size_t i) const { return look(program, self.inputs[i]); }
};

/// What a node can be replaced by: `op` with `attributes` of as many inputs as before, and with the
/// same outputs; or, if `op` is null, output i by inputs[i], which has the same dtype and shape,
/// for all outputs.
struct Rewrite {
  const OpDef* op = nullptr;
  Attributes attributes = {};
  std::vector<TensorId> inputs = {};
};

}  // namespace deft
