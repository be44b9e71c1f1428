#include "fused_code.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <deft/core/element_function.hpp>

#include "fused/repetition.hpp"
#include "kernels/products/skinny/skinny_plan.hpp"
#include "vector_functions.hpp"

namespace deft {
namespace {

using Value = VectorCode::Value;
using Code = VectorCode::Code;
using Place = RowSource::Place;

constexpr std::size_t least_steps = 2;  // a single one has a kernel already

/// Whether a step's operands and result, but for bools, have this dtype.
bool has_dtype(const FusedProgram& program, const FusedProgram::Step& step, DType dtype) {
  const auto fits = [&](const TensorSpec& spec) {
    return spec.dtype == dtype || spec.dtype == DType::boolean;
  };
  return fits(step.spec) && std::ranges::all_of(step.operands, [&](const auto& operand) {
           return fits(program.own_spec(operand));
         });
}

class FusedCodeWriter {
 public:
  /// Writes the steps from `begin` on, as if those from `end` on had no code.
  FusedCodeWriter(const FusedProgram& program, const FusedLayout& layout, FusedCode empty,
                  std::size_t begin, std::size_t end)
      : program_(program),
        layout_(layout),
        begin_(begin),
        made_(std::move(empty)),
        results_(program.steps.size(), VectorCode::no_value),
        read_later_(program.steps.size(), false) {
    for (std::size_t i = end; i < program.steps.size(); ++i)
      for (const FusedProgram::Operand& operand : program.steps[i].operands)
        if (operand.is_step) read_later_[operand.index] = true;
    made_.tile.row_elements = row_elements(program.steps[begin]);
    made_.tile.end = begin;
    while (made_.tile.end < end && append(made_.tile.end) &&
           made_.tile.pointers.size() <= TileCode::most_pointers)
      ++made_.tile.end;
  }

  std::size_t end() const { return made_.tile.end; }

  /// Whether it is all of the group, or several steps that have code.
  bool is_worth_it() const {
    return num_written_ >= least_steps || (begin_ == 0 && end() == program_.steps.size());
  }
  FusedCode take() && { return std::move(made_); }

 private:
  using Operands = std::vector<FusedProgram::Operand>;

  /// Appends step `index`; false if it has no code.
  bool append(std::size_t index) {
    const StepKind kind = program_.steps[index].what.kind;
    if (kind == StepKind::reduction) return true;  // no code: takes blocks
    if (kind == StepKind::reduction_of_rows || kind == StepKind::reduction_over_rows) return false;
    if (!has_dtype(program_, program_.steps[index], made_.code.dtype())) return false;
    ++num_written_;
    const TileStep step = layout_.step(index);
    const Operands& operands = program_.steps[index].operands;
    if (kind == StepKind::product_over_rows)
      return made_.tile.row_elements == 1 && append_sums(step, operands);
    if (kind == StepKind::zero_sum) return append_zero_sum(step, operands[0]);
    if (row_elements(program_.steps[index]) != made_.tile.row_elements) return false;
    const Value value = kind == StepKind::map ? map(step, operands) : product(step, operands);
    if (value == VectorCode::no_value) return false;
    results_[index] = value;
    if (step.target.place != Place::tile || read_later_[index])
      made_.code.store(pointer(step.target, true, true), value);
    return true;
  }

  std::int64_t row_elements(const FusedProgram::Step& step) const {
    return reduces(step.what.kind) ? 1 : step.spec.shape.num_elements() / program_.rows;
  }

  /// The value of a map step. Here and below no_value means that there is no code.
  Value map(const TileStep& step, const Operands& operands) {
    const ElementFunction& function = *std::get<MapForm>(step.what.form).function;
    std::array<Value, Row::max_inputs> values;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      const Repetition repeats = repetition(step.inputs[i].shape, step.output.shape, program_.rows);
      values[i] = operand(step, operands[i], i, repeats);
      if (values[i] == VectorCode::no_value) return VectorCode::no_value;
    }
    return append_function(function, {values.data(), operands.size()}, made_.code);
  }

  Value operand(const TileStep& step, const FusedProgram::Operand& operand, std::size_t i,
                Repetition repeats) {
    // Of a step of one element, lane 0 is all that there is.
    if (repeats == Repetition::none && (operand.is_step || step.inputs[i].shape.num_elements() > 1))
      return column(step, operand, i, 1, 0);
    if (repeats == Repetition::none || (repeats == Repetition::element && !operand.is_step))
      return repeated(step, operand, i, false);
    if (made_.tile.row_elements < least_row_of_call || !made_.tile.zero_sums.empty())
      return VectorCode::no_value;
    if (repeats != Repetition::element_of_row && repeats != Repetition::row)
      return VectorCode::no_value;
    made_.tile.row_by_row = true;
    return repeats == Repetition::row ? row(step, operand, i) : repeated(step, operand, i, true);
  }

  /// y = x w, term by term as the portable kernels add them: one for few terms begins with a
  /// product, the other with 0, which matters for the sign of a sum that is 0.
  Value product(const TileStep& step, const Operands& operands) {
    const ProductShape shape = product_shape(step);
    if (shape.n != 1 || shape.transpose_a || !known_columns(shape.k, operands[0]))
      return VectorCode::no_value;
    const std::uint32_t w = pointer(step.sources[1], false, false);
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
    const std::uint32_t to = pointer({}, false, false);
    made_.tile.pointers[to].sums = static_cast<int>(made_.tile.sums.size());
    made_.tile.sums.emplace_back(step, shape);
    for (std::int64_t i = 0; i < columns; ++i)
      made_.code.accumulate(column(step, operands[wide], wide, columns, i), e,
                            {to, static_cast<std::uint32_t>(i) * element_bytes(),
                             static_cast<std::uint32_t>(columns) * element_bytes()});
    return true;
  }

  /// Not of what is gone over row by row: each row would overwrite the sum of the one before.
  bool append_zero_sum(const TileStep& step, const FusedProgram::Operand& operand) {
    const std::int64_t row = step.inputs[0].shape.num_elements() / program_.rows;
    if (row != made_.tile.row_elements || made_.tile.row_by_row ||
        made_.code.sums().size() >= made_.code.machine().most_sums)
      return false;
    const Value zeros = column(step, operand, 0, 1, 0);
    const std::uint32_t to = pointer({}, false, false);
    made_.tile.pointers[to].zero_sum = static_cast<int>(made_.tile.zero_sums.size());
    made_.tile.zero_sums.emplace_back(step);
    made_.code.accumulate(zeros, made_.code.constant(1), {to, 0, element_bytes()});
    return true;
  }

  bool known_columns(std::int64_t columns, const FusedProgram::Operand& matrix) const {
    if (columns == 1 || matrix.is_step) return columns == 1;
    return columns == 2 || columns == 4 || layout_.packed(matrix) != nullptr;
  }

  /// The value of an operand that is one element for everything, or for each row of the group.
  Value repeated(const TileStep& step, const FusedProgram::Operand& operand, std::size_t i,
                 bool of_row) {
    std::vector<Value>& known = loaded(operand, 0);
    if (known.empty()) {
      const std::uint32_t from = pointer(step.sources[i], of_row, false);
      known.push_back(step.inputs[i].dtype == DType::boolean ? made_.code.load_mask(from, true)
                                                             : made_.code.broadcast(from, 0));
    }
    return known[0];
  }

  /// The value of an operand that is the same row for all rows of the group.
  Value row(const TileStep& step, const FusedProgram::Operand& operand, std::size_t i) {
    std::vector<Value>& known = loaded(operand, 1);
    if (known.empty())
      known.push_back(load(step.inputs[i].dtype, pointer(step.sources[i], false, true)));
    return known[0];
  }

  /// Column `at` of `columns` of an operand.
  Value column(const TileStep& step, const FusedProgram::Operand& operand, std::size_t i,
               std::int64_t columns, std::int64_t at) {
    if (operand.is_step && operand.index >= begin_) return results_[operand.index];
    std::vector<Value>& known = loaded(operand, columns);
    if (!known.empty()) return known[static_cast<std::size_t>(at)];
    if (const Tensor* packed = columns == 1 ? nullptr : layout_.packed(operand)) {
      known = packed_columns(*packed);
    } else {
      const std::uint32_t from = pointer(step.sources[i], true, true);
      if (columns == 1) return known.emplace_back(load(step.inputs[i].dtype, from));
      for (std::uint32_t v = 0; v < columns; ++v)
        known.push_back(made_.code.load(from, static_cast<std::uint8_t>(columns), v));
      known = separated(known);
    }
    return known[static_cast<std::size_t>(at)];
  }

  Value load(DType dtype, std::uint32_t from) {
    return dtype == DType::boolean ? made_.code.load_mask(from, false)
                                   : made_.code.load(from, 1, 0);
  }

  std::vector<Value> packed_columns(const Tensor& packed) {
    made_.tile.packed.push_back(packed);
    const auto columns = static_cast<std::size_t>(packed.shape()[0]);
    const std::size_t bytes = packed.num_bytes() / columns;
    std::vector<Value> values;
    for (std::size_t i = 0; i < columns; ++i) {
      const std::uint32_t from = pointer({}, true, true);
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

  /// A pointer that goes from row to row of the group, and along a row or over all rows.
  std::uint32_t pointer(const RowSource& source, bool by_row, bool by_element) {
    made_.tile.pointers.push_back({source, by_row});
    return made_.code.pointer(by_element);
  }

  /// What has been loaded of an operand, if anything: its columns; of 0 columns, the one element.
  std::vector<Value>& loaded(const FusedProgram::Operand& operand, std::int64_t columns) {
    return loaded_[{operand.is_step, operand.index, columns}];
  }

  std::uint32_t element_bytes() const {
    return static_cast<std::uint32_t>(made_.code.element_bytes());
  }

  const FusedProgram& program_;
  const FusedLayout& layout_;
  std::size_t begin_;
  std::size_t num_written_ = 0;  // steps, but for reductions
  FusedCode made_;
  std::vector<Value> results_;    // by step
  std::vector<bool> read_later_;  // by step: by one that is not part of the code
  std::map<std::tuple<bool, std::uint32_t, std::int64_t>, std::vector<Value>> loaded_;
};

/// The dtype of code from step `begin` on: bools take that of what they are computed with.
DType dtype_from(const FusedProgram& program, std::size_t begin) {
  DType dtype = DType::boolean;
  for (std::size_t i = begin; i < program.steps.size() && dtype == DType::boolean; ++i) {
    dtype = program.steps[i].spec.dtype;
    for (const FusedProgram::Operand& operand : program.steps[i].operands)
      if (dtype == DType::boolean) dtype = program.own_spec(operand).dtype;
  }
  return dtype;
}

}  // namespace

std::optional<FusedCode> fused_code(const FusedProgram& program, const FusedLayout& layout,
                                    std::size_t begin, const VectorMachine& machine) {
  const DType dtype = dtype_from(program, begin);
  if (!is_floating(dtype)) return std::nullopt;
  // What is left to later steps has to be stored, which may be too much for the last of them.
  for (std::size_t end = program.steps.size();;) {
    FusedCodeWriter writer(program, layout, FusedCode(dtype, machine), begin, end);
    if (writer.end() == end)
      return writer.is_worth_it() ? std::optional(std::move(writer).take()) : std::nullopt;
    end = writer.end();
  }
}

}  // namespace deft
