#pragma once

#include <map>
#include <string>
#include <vector>

#include <deft/core/files/named_tensor.hpp>
#include <deft/core/source_location.hpp>

namespace deft {

/// What a safetensors file holds.
struct Safetensors {
  std::vector<NamedTensor> tensors;             // as their elements follow each other in the file
  std::map<std::string, std::string> metadata;  // what stands under "__metadata__"
};

/// Reads a safetensors file.
///
/// BOOL, U8, I32, I64, F32 and F64 become the dtype of that name. I8, I16 and U16 become i32, U32
/// becomes i64, F16 and BF16 become f32: no value changes. Other types, ranks over Shape::max_rank,
/// two tensors of one name, gaps and overlaps are errors, and so is whatever the format does not
/// know. Nothing is returned before all has been checked. Throws FileError.
Safetensors read_safetensors(const std::string& path,
                             SourceLocation where = SourceLocation::current());

/// What stands under "__metadata__" of a safetensors file. Of the tensors no more is read and
/// checked than the header says. Throws FileError.
std::map<std::string, std::string> read_safetensors_metadata(
    const std::string& path, SourceLocation where = SourceLocation::current());

/// Writes a safetensors file. The bytes depend on the tensors and the metadata alone, not on their
/// order: as in the reference implementation, wide elements come first, then names decide.
///
/// Names are not empty, differ from each other and from "__metadata__", and are UTF-8 without NUL.
/// The file is written whole or not at all, as by `write_npy`. Throws FileError.
void write_safetensors(const std::string& path, const std::vector<NamedTensor>& tensors,
                       const std::map<std::string, std::string>& metadata = {},
                       SourceLocation where = SourceLocation::current());

}  // namespace deft
