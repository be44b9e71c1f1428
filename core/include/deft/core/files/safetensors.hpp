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
/// The dtype is the file's own: BOOL, U8, I8, U16, I16, U32, I32, U64, I64, F16, BF16, F32 or F64.
/// Arithmetic wants the small and the unsigned ones cast first, with `cast` in a graph or with
/// Tensor::to. Other types, ranks over Shape::max_rank, two tensors of one name, gaps and overlaps
/// are errors, and so is whatever the format does not know. Nothing is returned before all has been
/// checked. Throws FileError.
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
