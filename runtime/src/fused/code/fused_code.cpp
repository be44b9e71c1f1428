#include "fused_code.hpp"

#include <algorithm>
#include <map>

#include <deft/core/element_function.hpp>

#include "kernels/products/skinny/skinny_plan.hpp"
#include "vector_functions.hpp"

namespace deft {
namespace {

using Value = VectorCode::Value;
using Code = VectorCode::Code;
using Place = RowSource::Place;

/// The floating dtype of all values that are not bool; nothing if they have several dtypes.
std::optional<DType> common_dtype(const FusedProgram& program) {
  std::optional<DType> common;
  bool same = true;
  const auto add = [&](const TensorSpec& spec) {
    if (spec.dtype == DType::boolean) return;
    same = same && is_floating(spec.dtype) && common.value_or(spec.dtype) == spec.dtype;
    common = spec.dtype;
  };
  for (const FusedProgram::Input& input : program.inputs) add(input.spec);
  for (const FusedProgram::Step& step : program.steps) add(step.spec);
  return same ? common : std::nullopt;
}

class FusedCodeWriter {
 public:
  FusedCodeWriter(const FusedProgram& program, const FusedLayout& layout, FusedCode empty)
      : program_(program),
        layout_(layout),
        made_(std::move(empty)),
        results_(program.steps.size()) {}

  /// Appends step `index`; false if it has no code.
  bool append(std::size_t index) {
    const TileStep step = layout_.step(index);
    const auto& operands = program_.steps[index].operands;
    if (step.what.kind == StepKind::reduction) return true;
    if (step.what.kind == StepKind::product_over_rows) return append_sums(step, operands);
    if (step.output.shape.num_elements() != program_.rows) return false;
    Value value = VectorCode::no_value;
    if (step.what.kind == StepKind::map) value = map(step, operands);
    if (step.what.kind == StepKind::product) value = product(step, operands);
    if (value == VectorCode::no_value) return false;
    results_[index] = value;
    if (step.target.place != Place::tile) made_.code.store(pointer(step.target, true), value);
    return true;
  }

  std::size_t num_pointers() const { return made_.tile.pointers.size(); }

  FusedCode take() && { return std::move(made_); }

 private:
  using Operands = std::vector<FusedProgram::Operand>;

  /// The value of a map step. Here and below no_value means that there is no code.
  Value map(const TileStep& step, const Operands& operands) {
    const ElementFunction& function = *std::get<MapForm>(step.what.form).function;
    std::array<Value, Row::max_inputs> values;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      const std::int64_t elements = step.inputs[i].shape.num_elements();
      if (elements != 1 && elements != program_.rows) return VectorCode::no_value;
      const bool repeats = elements == 1 && !operands[i].is_step;
      values[i] = repeats ? repeated(step, operands[i], i) : column(step, operands[i], i, 1, 0);
    }
    return append_function(function, {values.data(), operands.size()}, made_.code);
  }

  /// y = x w, term by term as the portable kernels add them: one for few terms begins with a
  /// product, the other with 0, which matters for the sign of a sum that is 0.
  Value product(const TileStep& step, const Operands& operands) {
    const ProductShape shape = product_shape(step);
    if (shape.n != 1 || shape.transpose_a || !known_columns(shape.k, operands[0]))
      return VectorCode::no_value;
    const std::uint32_t w = pointer(step.sources[1], false);
    Value sum = shape.k <= short_terms ? VectorCode::no_value : made_.code.constant(0);
    for (std::int64_t i = 0; i < shape.k; ++i) {
      const Value x = column(step, operands[0], 0, shape.k, i);
      const Value factor = made_.code.broadcast(w, static_cast<std::uint32_t>(i) * element_bytes());
      sum = sum == VectorCode::no_value ? made_.code.op(Code::mul, x, factor)
                                        : made_.code.op(Code::multiply_add, x, factor, sum);
    }
    return sum;
  }

  /// The sums of x^T e, or e^T x, which are the same numbers: e is the operand of one column.
  bool append_sums(const TileStep& step, const Operands& operands) {
    const ProductShape shape = product_shape(step);
    const std::size_t wide = shape.m >= shape.n ? 0 : 1;
    const std::int64_t columns = std::max(shape.m, shape.n);
    if (std::min(shape.m, shape.n) != 1 || !known_columns(columns, operands[wide]) ||
        made_.code.sums().size() + static_cast<std::size_t>(columns) >
            made_.code.machine().most_sums)
      return false;
    const Value e = column(step, operands[1 - wide], 1 - wide, 1, 0);
    const std::uint32_t to = pointer({}, false);
    made_.tile.pointers[to].sums = static_cast<int>(made_.tile.sums.size());
    made_.tile.sums.emplace_back(step, shape);
    for (std::int64_t i = 0; i < columns; ++i)
      made_.code.accumulate(column(step, operands[wide], wide, columns, i), e,
                            {to, static_cast<std::uint32_t>(i) * element_bytes(),
                             static_cast<std::uint32_t>(columns) * element_bytes()});
    return true;
  }

  bool known_columns(std::int64_t columns, const FusedProgram::Operand& matrix) const {
    if (columns == 1 || matrix.is_step) return columns == 1;
    return columns == 2 || columns == 4 || layout_.packed(matrix) != nullptr;
  }

  /// The value of an operand that is one element for all rows.
  Value repeated(const TileStep& step, const FusedProgram::Operand& operand, std::size_t i) {
    std::vector<Value>& known = columns_[{operand.index, 0}];
    if (known.empty()) {
      const std::uint32_t from = pointer(step.sources[i], false);
      known.push_back(step.inputs[i].dtype == DType::boolean ? made_.code.load_mask(from, true)
                                                             : made_.code.broadcast(from, 0));
    }
    return known[0];
  }

  /// Column `at` of `columns` of an operand.
  Value column(const TileStep& step, const FusedProgram::Operand& operand, std::size_t i,
               std::int64_t columns, std::int64_t at) {
    if (operand.is_step) return results_[operand.index];
    std::vector<Value>& known = columns_[{operand.index, columns}];
    if (!known.empty()) return known[static_cast<std::size_t>(at)];
    if (const Tensor* packed = columns == 1 ? nullptr : layout_.packed(operand)) {
      known = packed_columns(*packed);
    } else {
      const std::uint32_t from = pointer(step.sources[i], true);
      if (step.inputs[i].dtype == DType::boolean)
        return known.emplace_back(made_.code.load_mask(from, false));
      for (std::uint32_t v = 0; v < columns; ++v)
        known.push_back(made_.code.load(from, static_cast<std::uint8_t>(columns), v));
      known = separated(known);
    }
    return known[static_cast<std::size_t>(at)];
  }

  std::vector<Value> packed_columns(const Tensor& packed) {
    made_.tile.packed.push_back(packed);
    const auto columns = static_cast<std::size_t>(packed.shape()[0]);
    const std::size_t bytes = packed.num_bytes() / columns;
    std::vector<Value> values;
    for (std::size_t i = 0; i < columns; ++i) {
      const std::uint32_t from = pointer({}, true);
      made_.tile.pointers[from].column = static_cast<const std::byte*>(packed.raw()) + i * bytes;
      values.push_back(made_.code.load(from, 1, 0));
    }
    return values;
  }

  /// Vectors that hold as many columns element by element, as one vector for each column. The even
  /// elements hold the even columns in the same way, and the odd ones the odd columns.
  std::vector<Value> separated(const std::vector<Value>& mixed) {
    if (mixed.size() == 1) return mixed;
    std::vector<Value> columns(mixed.size());
    for (const bool odd : {false, true}) {
      std::vector<Value> half;
      for (std::size_t i = 0; i < mixed.size(); i += 2)
        half.push_back(made_.code.op(Code::take_every_second, mixed[i], mixed[i + 1],
                                     VectorCode::no_value, odd ? 1 : 0));
      half = separated(half);
      for (std::size_t i = 0; i < half.size(); ++i) columns[2 * i + (odd ? 1 : 0)] = half[i];
    }
    return columns;
  }

  std::uint32_t pointer(const RowSource& source, bool moves) {
    made_.tile.pointers.push_back({source, moves});
    return made_.code.pointer(moves);
  }

  std::uint32_t element_bytes() const {
    return static_cast<std::uint32_t>(made_.code.element_bytes());
  }

  const FusedProgram& program_;
  const FusedLayout& layout_;
  FusedCode made_;
  std::vector<Value> results_;  // by step
  std::map<std::pair<std::uint32_t, std::int64_t>, std::vector<Value>>
      columns_;  // by input and its number of columns, 0 for one element
};

}  // namespace

std::optional<FusedCode> fused_code(const FusedProgram& program, const FusedLayout& layout,
                                    const VectorMachine& machine) {
  const std::optional<DType> dtype = common_dtype(program);
  if (!dtype) return std::nullopt;
  FusedCodeWriter writer(program, layout, FusedCode(*dtype, machine));
  for (std::size_t i = 0; i < program.steps.size(); ++i)
    if (!writer.append(i) || writer.num_pointers() > TileCode::most_pointers) return std::nullopt;
  return std::move(writer).take();
}

}  // namespace deft
