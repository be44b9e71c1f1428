#pragma once

#include <memory>

#include "convolution.hpp"

namespace deft {

/// An f64 convolution of deft's own, without empty dimensions: what windows meet is written down as
/// the rows of a matrix, some windows at a time, and multiplied (K. Chellapilla, S. Puri and
/// P. Simard, "High performance convolutional neural networks for document processing", 2006).
std::unique_ptr<const Convolution> tiled_convolution(Convolved wanted,
                                                     const ConvolutionShape& shape);

}  // namespace deft
