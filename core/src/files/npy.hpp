#pragma once

#include <string>
#include <string_view>

#include <deft/core/tensor.hpp>

#include "files/byte_reader.hpp"

namespace deft {

/// What every npy file begins with; behind it stand two bytes of version.
constexpr std::string_view npy_magic = "\x93NUMPY";

/// Reads an array from its magic on; what follows it is left.
Tensor read_npy_array(ByteReader& reader);

/// Throws a FileError if NumPy has no such elements. `name` is that of the tensor in the file at
/// `path`, or empty.
void check_npy_dtype(const std::string& path, std::string_view name, const Tensor& tensor,
                     SourceLocation where);

/// All that stands before the elements of a tensor, of a dtype that NumPy has.
std::string npy_header(const Tensor& tensor);

}  // namespace deft
