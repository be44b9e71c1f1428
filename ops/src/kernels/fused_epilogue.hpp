#pragma once

#include <cstddef>
#include <vector>

#include <deft/core/fusion.hpp>

namespace deft {

/// An epilogue of a fused group, made ready: a kernel within a kernel.
class FusedEpilogue {
 public:
  FusedEpilogue(const FusedProgram::Epilogue& epilogue, bool generate_code);

  /// `args`: those of the group. `scratch`: scratch_bytes().
  void run(const KernelArgs& args, std::byte* scratch) const;

  std::size_t scratch_bytes() const { return kernel_.scratch_bytes; }
  double flops() const { return kernel_.flops; }

  /// Inputs and outputs that one may have: they are on the stack of a run.
  static constexpr std::size_t most_arguments = 64;

 private:
  Kernel kernel_;
  std::vector<FusedProgram::Epilogue::Argument> inputs_;
  std::vector<std::uint32_t> outputs_;
};

}  // namespace deft
