#pragma once

#include <string>

#include <deft/core/source_location.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// The array of a file that `numpy.save` wrote, of format version 1, 2 or 3, in either byte order,
/// C or Fortran order.
///
/// bool, uint8, int32, int64, float32 and float64 become the dtype of that name. int8, int16 and
/// uint16 become i32, uint32 becomes i64, float16 becomes f32: no value changes. Other types, ranks
/// over Shape::max_rank and bytes behind the array are errors. Throws FileError.
Tensor read_npy(const std::string& path, SourceLocation where = SourceLocation::current());

/// Writes the file that `numpy.save` writes for the same array, byte for byte.
///
/// The file is written whole or not at all: what is at `path` is replaced when all bytes are on the
/// disk, and after a crash at any moment it is the complete old file or the complete new one. A
/// symbolic link is followed, permissions are kept. Throws FileError.
void write_npy(const std::string& path, const Tensor& tensor,
               SourceLocation where = SourceLocation::current());

}  // namespace deft
