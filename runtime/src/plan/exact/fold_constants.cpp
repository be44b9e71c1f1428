#include <algorithm>
#include <unordered_map>

#include "plan/evaluate.hpp"
#include "plan/facts.hpp"
#include "plan/rewriting.hpp"
#include "units.hpp"

namespace deft {
namespace {

std::size_t bytes_of(const TensorSpec& spec) { return spec.shape.num_bytes(spec.dtype); }

std::size_t bytes_of(const std::vector<Tensor>& tensors) {
  std::size_t bytes = 0;
  for (const Tensor& tensor : tensors) bytes += tensor.num_bytes();
  return bytes;
}

/// True if `shape` already has every dimension of `output` that is not 1, so that what broadcasts
/// to `output` beside it may be one element.
bool covers(const Shape& shape, const Shape& output, std::vector<bool>& covered) {
  const std::size_t missing = output.rank() - shape.rank();
  for (std::size_t i = 0; i < shape.rank(); ++i)
    if (shape.dims()[i] == output.dims()[missing + i]) covered[missing + i] = true;
  return std::ranges::all_of(covered, [](bool c) { return c; });
}

/// True if the op's shape rule accepts inputs of `specs`, and gives `outputs` for them: a kernel is
/// made for no others. A user's elementwise op need not broadcast.
bool accepts(const Operation& operation, std::span<const TensorSpec> specs,
             std::span<const TensorSpec> outputs) {
  try {
    return std::ranges::equal(operation.op->infer({specs, *operation.attributes}), outputs);
  } catch (...) {
    return false;
  }
}

class Folding {
 public:
  explicit Folding(Draft& draft) : draft_(draft), makers_(draft), readers_(draft.specs.size()) {
    for (std::size_t at = 0; at < draft.order.size(); ++at)
      if (draft.needed[at])
        for (const ValueId input : draft.inputs_of(at)) ++readers_[resolved(draft, input)];
    for (const DraftFetch& fetch : draft.fetches)
      if (fetch.value != none) ++readers_[resolved(draft, fetch.value)];
  }

  void fold(std::size_t at) {
    resolve_inputs(draft_, at);
    if (!may_replace(draft_, at) || draft_.outputs(at).empty()) return;
    if (!fold_one_element(at) && !fold_whole(at)) narrow_inputs(at);
  }

  /// Makes constants of the computed tensors that something still reads.
  void keep_read() {
    const std::size_t size = draft_.order.size();
    for (std::uint32_t at = 0; at < size && !known_.empty(); ++at)
      if (auto known = known_.extract(at))
        make_constants(draft_, makers_, at, std::move(known.mapped()));
  }

  std::size_t folded() const { return folded_; }

 private:
  const Tensor* constant_of(ValueId value) const {
    const std::uint32_t at = makers_[value];
    const auto found = known_.find(at);
    if (found == known_.end()) return constant_at(draft_, at);
    return &found->second[value - draft_.first_value[at]];
  }

  /// The inputs of the folded operation at `at` have one reader less. Forgets the tensors that have
  /// none left.
  void forget_inputs(std::size_t at) {
    for (const ValueId input : draft_.inputs_of(at)) {
      if (input >= readers_.size()) continue;  // a constant that was appended here, and stays
      --readers_[input];
      const std::uint32_t maker = makers_[input];
      if (known_.contains(maker) && !is_read(maker))
        bytes_ -= bytes_of(known_.extract(maker).mapped());
    }
  }

  /// Whether anybody still reads an output of the operation at `at`.
  bool is_read(std::uint32_t at) const {
    const auto first = readers_.begin();
    return std::any_of(first + draft_.first_value[at], first + draft_.first_value[at + 1],
                       [](std::uint32_t readers) { return readers != 0; });
  }

  /// Whether the session's memory_limit has room for one more tensor.
  bool has_room(std::size_t bytes) const {
    const std::size_t limit = draft_.options.memory_limit;
    return limit == 0 || (bytes <= limit && bytes_ <= limit - bytes);
  }

  /// The element that every element of `value` is known to be, or null.
  const Tensor* element_of(ValueId value) const {
    if (const auto found = elements_.find(value); found != elements_.end())
      return constant_at(draft_, makers_[found->second]);
    const Tensor* constant = constant_of(value);
    return constant != nullptr && constant->num_elements() == 1 ? constant : nullptr;
  }

  bool needs(std::size_t at, std::size_t input) const { return draft_.op(at).needs_value(input); }

  /// Where each input has one element everywhere, so has each output: computes these elements.
  bool fold_one_element(std::size_t at) {
    if (draft_.op(at).form == nullptr) return false;
    const std::span<const ValueId> inputs = draft_.inputs_of(at);
    std::vector<Tensor> elements;  // of rank 0
    std::vector<const Tensor*> pointers(inputs.size(), nullptr);
    std::vector<TensorSpec> specs;
    elements.reserve(inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      specs.push_back({draft_.specs[inputs[i]]->dtype, Shape{}});
      if (!needs(at, i)) continue;
      const Tensor* element = element_of(inputs[i]);
      if (element == nullptr) return false;
      elements.push_back(element->reshaped({}));
      pointers[i] = &elements.back();
    }
    const Form form = form_at(draft_, at);
    const bool is_map = std::holds_alternative<MapForm>(form);
    if (!is_map && !std::holds_alternative<RepeatForm>(form)) return false;
    const std::vector<TensorSpec> outputs(draft_.outputs(at).begin(), draft_.outputs(at).end());
    std::vector<TensorSpec> one_each;
    for (const TensorSpec& output : outputs) {
      if (output.shape.num_elements() == 0) return false;
      one_each.push_back({output.dtype, Shape{}});
    }
    if (is_map && !accepts(draft_.operations[at], specs, one_each)) return false;
    auto values =
        evaluate(draft_.operations[at], pointers, specs, one_each, draft_.request.interrupt);
    if (!values) return false;
    note_elements(at, outputs, *std::move(values));
    return true;
  }

  /// Notes that all elements of output i of position `at` are `values[i]`.
  void note_elements(std::size_t at, std::span<const TensorSpec> outputs,
                     std::vector<Tensor> values) {
    const bool whole = std::ranges::all_of(
        outputs, [](const TensorSpec& output) { return output.shape.num_elements() == 1; });
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (whole)
        values[i] = values[i].reshaped(outputs[i].shape);
      else
        elements_[draft_.first_value[at] + static_cast<ValueId>(i)] =
            append(at, std::move(values[i]));
    }
    if (!whole) return;
    make_constants(draft_, makers_, at, std::move(values));
    forget_inputs(at);
    ++folded_;
  }

  /// Computes an operation on constants alone, unless its results are much larger than they are.
  bool fold_whole(std::size_t at) {
    constexpr std::size_t always = 4096;  // bytes
    const std::span<const ValueId> inputs = draft_.inputs_of(at);
    std::vector<const Tensor*> constants(inputs.size(), nullptr);
    std::vector<TensorSpec> specs;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      specs.push_back(*draft_.specs[inputs[i]]);
      if (!needs(at, i)) continue;
      constants[i] = constant_of(inputs[i]);
      if (constants[i] == nullptr) return false;
      bytes += constants[i]->num_bytes();
    }
    std::size_t made = 0;
    for (const TensorSpec& output : draft_.outputs(at)) made += bytes_of(output);
    if (made > std::max(always, bytes) || !has_room(made)) return false;
    auto values = evaluate(draft_.operations[at], constants, specs, draft_.outputs(at),
                           draft_.request.interrupt);
    if (!values) return false;
    bytes_ += bytes_of(*values);
    known_.emplace(static_cast<std::uint32_t>(at), *std::move(values));
    forget_inputs(at);
    ++folded_;
    return true;
  }

  /// Lets an elementwise operation read one element instead of an input that repeats it, if the
  /// other inputs have the shape of the result.
  void narrow_inputs(std::size_t at) {
    const std::span<ValueId> inputs = draft_.inputs[at];
    const auto is_repeated = [&](ValueId input) { return elements_.contains(input); };
    if (std::ranges::none_of(inputs, is_repeated)) return;
    if (!std::holds_alternative<MapForm>(form_at(draft_, at))) return;
    const Shape& output = draft_.specs[draft_.first_value[at]]->shape;
    std::vector<bool> covered(output.rank());
    for (std::size_t i = 0; i < covered.size(); ++i) covered[i] = output.dims()[i] == 1;
    bool all = false;
    for (const ValueId input : inputs)
      if (!is_repeated(input)) all = covers(draft_.specs[input]->shape, output, covered);
    if (!all) return;
    std::vector<ValueId> narrow(inputs.begin(), inputs.end());
    std::vector<TensorSpec> specs;
    for (ValueId& input : narrow) {
      if (const auto found = elements_.find(input); found != elements_.end()) input = found->second;
      specs.push_back(*draft_.specs[input]);
    }
    if (accepts(draft_.operations[at], specs, draft_.outputs(at)))
      std::ranges::copy(narrow, inputs.begin());
  }

  ValueId append(std::size_t at, Tensor value) {
    makers_.append(static_cast<std::uint32_t>(draft_.order.size()));
    return append_constant(draft_, at, std::move(value));
  }

  Draft& draft_;
  Makers makers_;
  std::vector<std::uint32_t> readers_;                            // by value
  std::unordered_map<std::uint32_t, std::vector<Tensor>> known_;  // by position: all outputs
  std::size_t bytes_ = 0;                                         // of known_
  std::unordered_map<ValueId, ValueId> elements_;  // of values that repeat one constant
  std::size_t folded_ = 0;
};

}  // namespace

std::string fold_constants(Draft& draft) {
  Folding folding(draft);
  const std::size_t size = draft.order.size();
  for (std::size_t at = 0; at < size; ++at) {
    folding.fold(at);
    check_interrupt(draft);
  }
  folding.keep_read();
  return folding.folded() == 0 ? "unchanged"
                               : count_text(folding.folded(), "operation") + " computed";
}

}  // namespace deft
