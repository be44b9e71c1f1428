#pragma once

#include <deft/core/shape.hpp>
#include <deft/core/tensor.hpp>

#include "graph_def/graph_def.hpp"

namespace deft::tensorflow {

/// A tensor as its message has it: where all elements are equal, one of them may stand for all, so
/// that a few bytes can mean many elements.
struct CompactTensor {
  Shape shape;
  Tensor elements;  // of `shape`, or a scalar that is to be repeated
};

/// The type of the elements.
int type_of(const TensorDef& def);

/// Reads a tensor of a dtype that deft has. Throws FileError.
CompactTensor read_tensor(const TensorDef& def);

}  // namespace deft::tensorflow
