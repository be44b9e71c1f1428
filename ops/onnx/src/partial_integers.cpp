#include "partial_integers.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include <deft/core/attributes.hpp>
#include <deft/core/op_def.hpp>
#include <deft/ops/array.hpp>

#include "node_context.hpp"

namespace deft::onnx {
namespace {

using Integers = std::vector<PartialInteger>;

/// What exporters compute of shapes: parts of them, put together. Deeper chains stay unknown.
constexpr int deepest = 32;

/// Shapes and what they are made of are short, whatever a file says; so is the way to them.
constexpr std::int64_t longest = 4096;
constexpr int most_steps = 10'000;

class PartialEvaluator {
 public:
  explicit PartialEvaluator(ConstantValues& values) : values_(values) {}

  /// Of a scalar, its one element.
  Integers elements(const Output& x, int depth) {
    if (++steps_ > most_steps || x.shape().num_elements() > longest)
      throw Unsupported{"the integers that say a shape come from " + to_string(x.spec()) +
                        ", and in more steps, or from more elements, than shapes do"};
    if (const std::optional<Tensor> known = values_.of(x)) return integers_of(*known);
    if (depth < deepest) {
      const Node& node = x.node();
      const std::string_view op = node.op->name;
      const auto input = [&](std::size_t i) { return x.graph().output(node.inputs[i]); };
      if (op == "shape") return dimensions(input(0));
      if (op == "concat") {
        Integers all;
        for (std::size_t i = 0; i < node.inputs.size(); ++i)
          for (const PartialInteger& element : elements(input(i), depth + 1))
            all.push_back(element);
        return all;
      }
      if (op == "reshape" || op == "expand_dims" || op == "squeeze" || op == "cast" ||
          op == "identity")
        return elements(input(0), depth + 1);
      if (op == "gather") return gathered(input(0), input(1), x, depth);
      if (op == "slice") return sliced(node, input(0), x, depth);
    }
    return unknown(x);
  }

 private:
  static Integers unknown(const Output& x) {
    return Integers(static_cast<std::size_t>(x.shape().num_elements()));
  }

  static Integers integers_of(const Tensor& known) {
    Integers all;
    for (const std::int64_t value : known.to<std::int64_t>()) all.push_back({.value = value});
    return all;
  }

  static Integers dimensions(const Output& x) {
    Integers all;
    for (const std::int64_t size : x.shape().dims()) {
      if (size == Shape::unknown)
        all.push_back({.tensor = x, .axis = all.size()});
      else
        all.push_back({.value = size});
    }
    return all;
  }

  Integers gathered(const Output& from, const Output& indices, const Output& x, int depth) {
    const std::optional<Tensor> known = values_.of(indices);
    if (!known || from.shape().rank() != 1) return unknown(x);
    const Integers all = elements(from, depth + 1);
    Integers taken;
    for (const std::int64_t index : known->to<std::int64_t>()) {
      if (index < 0 || index >= static_cast<std::int64_t>(all.size())) return unknown(x);
      taken.push_back(all[static_cast<std::size_t>(index)]);
    }
    return taken;
  }

  /// Positions of a slice are those that the same slice takes of 0, 1, 2, ...
  Integers sliced(const Node& node, const Output& from, const Output& x, int depth) {
    if (from.shape().rank() != 1) return unknown(x);
    const Integers all = elements(from, depth + 1);
    Tensor positions = Tensor::uninitialized(DType::i64, from.shape());
    const auto to = positions.mutable_data<std::int64_t>();
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<std::int64_t>(i);
    const Graph scratch;
    const Output taken = scratch.add(*node.op, {constant(scratch, std::move(positions))},
                                     *node.attributes, {.name = "taken"});
    Integers result;
    for (const std::int64_t at : constant_value(taken).value().to<std::int64_t>())
      result.push_back(all[static_cast<std::size_t>(at)]);
    return result;
  }

  ConstantValues& values_;
  int steps_ = 0;
};

}  // namespace

std::vector<PartialInteger> partial_integers(const Output& x, ConstantValues& values) {
  return PartialEvaluator(values).elements(x, 0);
}

}  // namespace deft::onnx
