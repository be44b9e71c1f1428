#pragma once

#include "fused/fused_program.hpp"
#include "streams.hpp"

namespace deft {

/// Writes the programs of a draft's groups, each when it is asked for: all at once take more memory
/// than the rest of a plan.
class FusedPrograms {
 public:
  FusedPrograms(const Draft& draft, const Streams& streams);

  /// The program of one of the groups, whose inputs and outputs it fills.
  FusedProgram write(FusedGroupDraft& group);

  /// A program with the values that are its inputs and outputs, and the positions that only rename
  /// one of its values.
  struct Written {
    FusedProgram program;
    std::vector<ValueId> inputs;
    std::vector<ValueId> outputs;
    Members renamings;
  };

  /// The program of `members` alone.
  Written write_program(const Members& members);

 private:
  /// A value as an operand of program number `program`.
  struct Known {
    std::uint32_t program = 0;
    FusedProgram::Operand operand;
    bool repeats = false;  // the operand has to be repeated to be the value
  };

  void write_step(std::uint32_t at, Written& program);
  FusedProgram::Operand fold_first(const FusedStep& step,
                                   std::span<const FusedProgram::Operand> operands,
                                   const TensorSpec& spec, Written& program);
  void append(ValueId result, FusedProgram::Step step, Written& program);
  void write_out(ValueId value, Written& program);
  bool repeats_operands(std::uint32_t at) const;
  FusedProgram::Operand operand(ValueId value, bool may_repeat, Written& program);

  const Draft& draft_;
  const Streams& streams_;
  std::vector<bool> read_outside_;  // by value: another program reads it, or it leaves the run
  std::vector<Known> known_;        // by value
  std::uint32_t written_ = 0;       // programs
};

}  // namespace deft
