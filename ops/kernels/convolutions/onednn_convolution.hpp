#pragma once

#include <memory>

#include "convolution.hpp"
#include "kernels/row_cut.hpp"

namespace deft {

/// An f32 convolution by oneDNN, without empty dimensions, for the blocks of `cut`.
std::unique_ptr<const Convolution> onednn_convolution(Convolved wanted,
                                                      const ConvolutionShape& shape,
                                                      const RowCut& cut, int threads);

}  // namespace deft
