#pragma once

#include <cstddef>
#include <vector>

#include "fused_tile.hpp"
#include "kernels/blocks.hpp"

namespace deft {

class CodeGenerator;

/// An epilogue of a fused group, made ready: a kernel within a kernel.
class FusedEpilogue {
 public:
  FusedEpilogue(const FusedProgram::Epilogue& epilogue, CodeGenerator* generator);

  /// `args`: those of the group. `scratch`: scratch_bytes().
  void run(const KernelArgs& args, std::byte* scratch) const;

  std::size_t scratch_bytes() const {
    return argument_bytes() + shared_bytes() + kernel_.thread_scratch_bytes;
  }
  FusedWork work() const { return {kernel_.flops, kernel_.nanoseconds}; }

 private:
  /// Of the pointers to inputs and outputs, with which the scratch begins.
  std::size_t argument_bytes() const;
  std::size_t shared_bytes() const { return whole_lines(kernel_.scratch_bytes); }

  Kernel kernel_;
  std::vector<FusedProgram::Epilogue::Argument> inputs_;
  std::vector<std::uint32_t> outputs_;
};

}  // namespace deft
