#pragma once

#include <map>
#include <memory>
#include <utility>

#include "fused/fused_layout.hpp"
#include "machine_code.hpp"

namespace deft {

/// Steps of a group as machine code that hands their values on in registers; gives the bits of the
/// portable steps.
struct GeneratedSteps {
  std::unique_ptr<FusedTile> tile;
  std::size_t end = 0;  // the first step behind them
};

/// Makes machine code for the groups of a plan. Groups that compute the same, as the layers of a
/// network do, share one function. Not for several threads at a time.
class CodeGenerator {
 public:
  /// For this processor.
  CodeGenerator();

  /// As many steps as have machine code from step `begin` on. None if that step has none, and where
  /// nothing can be generated: without AVX2, Xbyak or executable memory.
  GeneratedSteps steps(const FusedProgram& program, const FusedLayout& layout, std::size_t begin);

  /// How many codes machine code has been made for.
  std::size_t num_written() const { return written_.size(); }

 private:
  const MachineCode& machine_code(VectorCode code, std::int64_t tile_rows);

  const MachineTarget* target_;  // null: none
  // By the rows of a tile, or 0 where it may have any number of them, and the code.
  std::map<std::pair<std::int64_t, VectorCode>, MachineCode> written_;
};

}  // namespace deft
