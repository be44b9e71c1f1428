#pragma once

#include <deft/core/op_def.hpp>
#include <deft/core/scope.hpp>

#include "import/node_context.hpp"

namespace deft::tensorflow {

/// While it lives, nodes wait for input `i` if that is an assign: who reads or writes the variable
/// that an assign refers to does so after it.
class WaitForInput {
 public:
  WaitForInput(const NodeContext& context, std::size_t i)
      : after_(context.graph(), context.input(i).node().op->effect == Effect::writes_variable
                                    ? std::vector<Output>{context.input(i)}
                                    : std::vector<Output>{}) {}

 private:
  ControlDependencies after_;
};

}  // namespace deft::tensorflow
