#pragma once

#include <string>

#include <deft/core/source_location.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// The array of a file that `numpy.save` wrote, of format version 1, 2 or 3, in either byte order,
/// C or Fortran order.
///
/// The dtype is the file's own: bool, the signed and unsigned integers of 8 to 64 bits, float16,
/// float32 or float64. Arithmetic wants the small and the unsigned ones cast first, with `cast` in
/// a graph or with Tensor::to. Other types, ranks over Shape::max_rank and bytes behind the array
/// are errors. Throws FileError.
Tensor read_npy(const std::string& path, SourceLocation where = SourceLocation::current());

/// Writes the file that `numpy.save` writes for the same array, byte for byte. NumPy has no bf16,
/// which is refused.
///
/// The file is written whole or not at all: what is at `path` is replaced when all bytes are on the
/// disk, and after a crash at any moment it is the complete old file or the complete new one. A
/// symbolic link is followed, permissions are kept. Throws FileError.
void write_npy(const std::string& path, const Tensor& tensor,
               SourceLocation where = SourceLocation::current());

}  // namespace deft
