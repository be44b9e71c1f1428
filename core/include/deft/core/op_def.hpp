#pragma once

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <deft/core/attributes.hpp>
#include <deft/core/form.hpp>
#include <deft/core/kernel.hpp>
#include <deft/core/shape.hpp>
#include <deft/core/simplify.hpp>

namespace deft {

class Output;
class StepGroup;
struct GradientContext;

/// What a shape rule sees. A rule returns one TensorSpec per output, or calls `fail`.
struct InferContext {
  std::span<const TensorSpec> inputs;
  const Attributes& attributes;

  /// Refuses the operands: `message` names both offending values, `cure` what to do. The framework
  /// adds op, node, operands and the user's line.
  [[noreturn]] void fail(ErrorCode code, std::string message, std::string cure = {}) const;
};

/// The refusal that InferContext::fail throws; the framework turns it into a GraphError or
/// RunError.
struct Refusal {
  ErrorCode code;
  std::string message;
  std::string cure;
};

/// How an operation touches the world outside its inputs and outputs.
enum class Effect {
  none,
  fed,              // its value comes from the caller of a run
  reads_variable,   // output 0 is the variable's value; the node is the variable
  writes_variable,  // input 0 is the variable; output 0 is its new value, visible when the step
                    // has succeeded
  stateful,         // anything else, such as input and output: computed once in every step that
                    // needs it, neither with the plan nor together with its like
};

/// When an operation is best done, if it may be done at several places of a step.
enum class Timing {
  any,
  early,  // as soon as its inputs are there: it starts what goes on beside the step
  late,   // when others cannot do without it any more: it waits for that
};

/// How many inputs an operation takes.
struct Arity {
  std::size_t min = 0;
  std::size_t max = 0;
  static constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();
};

/// Everything that deft knows of an operation. Make it `constexpr` at namespace scope: graphs keep
/// a pointer. A user's own operation needs nothing more than this and a call of `Graph::add`.
struct OpDef {
  using Infer = std::vector<TensorSpec> (*)(const InferContext&);
  using Gradient = std::vector<Output> (*)(const GradientContext&);
  using Prepare = Kernel (*)(const KernelContext&);
  using Value = const Tensor& (*)(const Attributes&);
  using Simplify = std::optional<Rewrite> (*)(const SimplifyContext&);
  using Classify = Form (*)(const KernelContext&);
  using Group = std::shared_ptr<StepGroup> (*)(const Attributes&);

  std::string_view name = {};
  Arity arity = {};
  Effect effect = Effect::none;
  Timing timing = Timing::any;

  /// The shape and dtype rule. Called when a node is added, with what is known of the inputs, and
  /// again when a plan is made, with concrete shapes.
  Infer infer = nullptr;

  /// The gradient rule: one entry per input, made with public operations; an empty Output is a
  /// known zero. Sums over broadcast dimensions are added by `gradients`. Null: see `no_gradient`.
  Gradient gradient = nullptr;

  /// Why there is no gradient rule, for the error that `gradients` raises.
  std::string_view no_gradient = {};

  /// Prepares the kernel for concrete shapes. Null for operations without one: fed, reads_variable,
  /// `value`.
  Prepare kernel = nullptr;

  /// The value of a constant: known without running anything. Null for ops that are no constants.
  Value value = nullptr;

  /// The group of processes that do the operation together, in the order of the plan.
  /// Throws Refusal if there is no such group. Null for all others.
  Group group = nullptr;

  /// Bit i is set if only the shape of input i matters, so that its value need not be computed. The
  /// last bit stands for all inputs from there on.
  unsigned shape_only_inputs = 0;

  // Facts for the passes that make a plan faster. An op without them is computed as it is.

  /// Identities that hold to the last bit: what a node can be replaced by, if anything.
  Simplify simplify = nullptr;

  /// What the op computes for these shapes and dtypes, if passes can know it: they fuse it, fold it
  /// and rewrite it, with the bits of the kernel.
  Classify form = nullptr;

  constexpr bool needs_value(std::size_t input) const {
    constexpr std::size_t last = std::numeric_limits<unsigned>::digits - 1;
    return ((shape_only_inputs >> std::min(input, last)) & 1U) == 0;
  }
};

}  // namespace deft
