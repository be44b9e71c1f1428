#pragma once

#include <string>

#include <deft/core/source_location.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// The array of an IDX file, the format of MNIST and Fashion-MNIST, plain or compressed by gzip:
/// the content decides, not the name. Unsigned bytes become u8, signed bytes i8, short i16, int
/// i32, float f32, double f64. Sizes must match exactly. Throws FileError.
Tensor read_idx(const std::string& path, SourceLocation where = SourceLocation::current());

}  // namespace deft
