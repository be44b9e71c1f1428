#include "fused_sweep.hpp"

#include <algorithm>
#include <iterator>

#include <deft/core/element_function.hpp>

#include "fused/repetition.hpp"
#include "kernels/products/skinny/skinny_plan.hpp"

namespace deft {
namespace {

constexpr std::int64_t least_rows = 32;  // fewer cost less than the program
constexpr std::size_t most_of_step = 3;  // instructions, with the store of its result

using Instruction = FusedSweep::Instruction;
using Operand = FusedProgram::Operand;
using Operands = std::vector<Operand>;

bool is_known(SweepCode code) {
  switch (code) {
    case SweepCode::neg:
    case SweepCode::abs:
    case SweepCode::add:
    case SweepCode::sub:
    case SweepCode::mul:
    case SweepCode::div:
    case SweepCode::maximum:
    case SweepCode::minimum:
      return true;
    default:
      return false;
  }
}

/// The code of a function that consists of one operation, if a sweep knows the operation.
std::optional<SweepCode> code_of(const ElementFunction& function, DType dtype) {
  const auto code = function.code(dtype);
  if (!code || code->body().size() != 1) return std::nullopt;
  const ElementCode::Instruction& only = code->body()[0];
  const auto [a, b, c] = only.operands;
  if (only.op == ElementOp::mul && a == 0 && b == 0) return SweepCode::square;
  const bool in_order = a == 0 && b == (function.arity == 1 ? ElementCode::no_value : 1);
  return in_order && is_known(static_cast<SweepCode>(only.op))
             ? std::optional(static_cast<SweepCode>(only.op))
             : std::nullopt;
}

/// The code that takes its operands in reverse. Extremes have none: of two zeros they take the
/// first.
std::optional<SweepCode> reversed(SweepCode code) {
  switch (code) {
    case SweepCode::add:
    case SweepCode::mul:
      return code;
    case SweepCode::sub:
      return SweepCode::sub_from;
    case SweepCode::div:
      return SweepCode::divide;
    default:
      return std::nullopt;
  }
}

class SweepWriter {
 public:
  SweepWriter(const FusedProgram& program, const FusedLayout& layout, std::size_t begin)
      : program_(program), layout_(layout), reads_memory_of_(program.steps.size(), false) {
    made_.dtype = program.steps[begin].spec.dtype;
    made_.tile.end = begin;
    // Products have one column here, and what reduces leaves no rows.
    const bool is_map = program.steps[begin].what.kind == StepKind::map;
    made_.tile.row_elements = is_map ? row_elements(program.steps[begin]) : 1;
    while (made_.tile.end < program.steps.size() && append(made_.tile.end)) ++made_.tile.end;
  }

  std::optional<FusedSweep> take() && {
    if (num_steps_ < 2) return std::nullopt;
    insert_stores();
    return std::move(made_);
  }

 private:
  /// Appends step `index`; false, and nothing has changed, if a sweep does not know it.
  bool append(std::size_t index) {
    const FusedProgram::Step& step = program_.steps[index];
    const StepKind kind = step.what.kind;
    if (kind == StepKind::reduction) return true;  // no sweep: takes blocks
    if (kind == StepKind::zero_sum || kind == StepKind::reduction_of_rows ||
        kind == StepKind::reduction_over_rows)
      return false;
    if (made_.program.size() + results_.size() + most_of_step > FusedSweep::most_instructions ||
        !has_one_dtype(step) || (made_.tile.row_elements > 1 && kind != StepKind::map))
      return false;
    const TileStep tile = layout_.step(index);
    if (kind == StepKind::product_over_rows) {
      if (!append_sums(tile, step.operands)) return false;
    } else {
      const bool is_map = kind == StepKind::map;
      if (!(is_map ? append_map(tile, step.operands) : append_product(tile, step.operands)))
        return false;
      accumulator_ = {true, static_cast<std::uint32_t>(index)};
      results_.push_back({index, std::ssize(made_.program)});
    }
    ++num_steps_;
    return true;
  }

  bool has_one_dtype(const FusedProgram::Step& step) const {
    const auto is_of_it = [&](const Operand& operand) {
      return program_.own_spec(operand).dtype == made_.dtype;
    };
    return is_floating(made_.dtype) && step.spec.dtype == made_.dtype &&
           std::ranges::all_of(step.operands, is_of_it);
  }

  bool append_map(const TileStep& step, const Operands& operands) {
    const std::optional<SweepCode> code =
        code_of(*std::get<MapForm>(step.what.form).function, made_.dtype);
    if (!code || row_elements(program_.steps[made_.tile.end]) != made_.tile.row_elements)
      return false;
    for (std::size_t i = 0; i < operands.size(); ++i)
      if (!can_read(step, operands, i)) return false;
    Instruction map{.code = *code};
    if (operands.size() == 1) {
      load(step, operands, 0);
    } else if (is_accumulator(operands[1]) && reversed(*code)) {
      map.code = *reversed(*code);
      read(step, operands, 0, map);
    } else {
      load(step, operands, 0);
      read(step, operands, 1, map);
    }
    emit(map);
    return true;
  }

  /// Term by term, as the kernels of products add them: one for few terms begins with a product,
  /// the other with 0, which matters for the sign of a sum that is 0.
  bool append_product(const TileStep& step, const Operands& operands) {
    const ProductShape shape = product_shape(step);
    if (shape.n != 1 || shape.transpose_a || shape.k > chain_terms ||
        !has_columns(step, 0, shape.k))
      return false;
    Instruction product{
        .code = shape.k > short_terms ? SweepCode::zero_product : SweepCode::product,
        .columns = static_cast<std::uint8_t>(shape.k),
        .y = pointer(step.sources[1], false)};
    read_columns(step, operands, 0, product);
    emit(product);
    return true;
  }

  /// The sums of x^T e, or e^T x, which are the same numbers: e is the operand of one column.
  bool append_sums(const TileStep& step, const Operands& operands) {
    const ProductShape shape = product_shape(step);
    const std::size_t wide = shape.m >= shape.n ? 0 : 1;
    const std::int64_t count = std::max(shape.m, shape.n);
    if (std::min(shape.m, shape.n) != 1 || !has_columns(step, wide, count) ||
        num_sums_ + static_cast<std::size_t>(count) > most_sweep_sums)
      return false;
    load(step, operands, 1 - wide);
    const std::uint32_t to = pointer({}, false);
    made_.tile.pointers[to].sums = static_cast<int>(made_.tile.sums.size());
    made_.tile.sums.emplace_back(step, shape);
    Instruction add{.code = SweepCode::add_to_sums,
                    .columns = static_cast<std::uint8_t>(count),
                    .first_sum = static_cast<std::uint8_t>(num_sums_),
                    .y = to};
    read_columns(step, operands, wide, add);
    emit(add);
    num_sums_ += static_cast<std::size_t>(count);
    return true;
  }

  static bool has_columns(const TileStep& step, std::size_t i, std::int64_t count) {
    return count == 1 || step.packed[i].has_value();
  }

  /// Makes the columns of operand i the x_0, x_1, ... of an instruction.
  void read_columns(const TileStep& step, const Operands& operands, std::size_t i,
                    Instruction& by) {
    if (!step.packed[i]) return read(step, operands, i, by);
    const Tensor& packed = made_.tile.packed.emplace_back(*step.packed[i]);
    by.column = packed.shape()[1];
    by.x = pointer({}, true);
    made_.tile.pointers[by.x].column = static_cast<const std::byte*>(packed.raw());
  }

  bool is_accumulator(const Operand& operand) const {
    return operand.is_step && accumulator_.is_step && operand.index == accumulator_.index;
  }

  std::int64_t row_elements(const FusedProgram::Step& step) const {
    return step.spec.shape.num_elements() / program_.rows;
  }

  Repetition repetition_of(const TileStep& step, std::size_t i) const {
    return repetition(step.inputs[i].shape, step.output.shape, program_.rows);
  }

  bool can_read(const TileStep& step, const Operands& operands, std::size_t i) const {
    const Repetition repeats = repetition_of(step, i);
    if (repeats == Repetition::element) return !operands[i].is_step;
    return repeats == Repetition::none ||
           (made_.tile.row_elements >= least_row_of_call &&
            (repeats == Repetition::element_of_row || repeats == Repetition::row));
  }

  /// Makes operand i the accumulator.
  void load(const TileStep& step, const Operands& operands, std::size_t i) {
    if (is_accumulator(operands[i])) return;
    Instruction load{.code = SweepCode::load};
    read(step, operands, i, load);
    emit(load);
    accumulator_ = operands[i];
  }

  /// Makes operand i the x of an instruction.
  void read(const TileStep& step, const Operands& operands, std::size_t i, Instruction& by) {
    if (operands[i].is_step) reads_memory_of_[operands[i].index] = true;
    const Repetition repeats =
        step.what.kind == StepKind::map ? repetition_of(step, i) : Repetition::none;
    by.repeated = repeats == Repetition::element || repeats == Repetition::element_of_row;
    if (repeats == Repetition::element_of_row || repeats == Repetition::row)
      made_.tile.row_by_row = true;
    by.x = pointer(step.sources[i],
                   repeats == Repetition::none || repeats == Repetition::element_of_row);
  }

  std::uint32_t pointer(const RowSource& source, bool moves) {
    made_.tile.pointers.push_back({source, moves});
    return static_cast<std::uint32_t>(made_.tile.pointers.size() - 1);
  }

  void emit(const Instruction& instruction) { made_.program.push_back(instruction); }

  /// Stores each result that something reads from memory, or that leaves the tile: others are
  /// handed on by the accumulator alone.
  void insert_stores() {
    for (std::size_t i = made_.tile.end; i < program_.steps.size(); ++i)
      for (const Operand& operand : program_.steps[i].operands)
        if (operand.is_step) reads_memory_of_[operand.index] = true;
    for (auto result = results_.rbegin(); result != results_.rend(); ++result) {
      const RowSource target = layout_.step(result->step).target;
      if (!reads_memory_of_[result->step] && target.place == RowSource::Place::tile) continue;
      made_.program.insert(made_.program.begin() + result->at,
                           Instruction{.code = SweepCode::store, .y = pointer(target, true)});
    }
  }

  struct Result {
    std::size_t step;
    std::ptrdiff_t at;  // the instruction before which the accumulator holds it
  };

  const FusedProgram& program_;
  const FusedLayout& layout_;
  FusedSweep made_;
  Operand accumulator_;  // the operand that is in the accumulator
  std::size_t num_steps_ = 0;
  std::size_t num_sums_ = 0;
  std::vector<Result> results_;
  std::vector<bool> reads_memory_of_;  // by step
};

}  // namespace

std::optional<FusedSweep> fused_sweep(const FusedProgram& program, const FusedLayout& layout,
                                      std::size_t begin) {
  if (program.rows < least_rows) return std::nullopt;
  return SweepWriter(program, layout, begin).take();
}

}  // namespace deft
