#pragma once

#include <string>
#include <vector>

#include <deft/core/files/named_tensor.hpp>
#include <deft/core/source_location.hpp>

namespace deft {

struct NpzOptions {
  bool compress = false;  // smaller files, as `numpy.savez_compressed` writes them; takes time
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// The arrays of a file that `numpy.savez` or `numpy.savez_compressed` wrote, in the order of its
/// directory, each read as by `read_npy`. Entries that are no arrays, such as folders and texts,
/// are passed over. Two arrays of one name are an error. Names are names: one that looks like a
/// path leads nowhere. Throws FileError.
std::vector<NamedTensor> read_npz(const std::string& path,
                                  SourceLocation where = SourceLocation::current());

/// Writes a file that `numpy.load` reads. Names are not empty, differ from each other and are UTF-8
/// without NUL. bf16 is refused as by `write_npy`. The bytes depend on the arguments alone. The
/// file is written whole or not at all, as by `write_npy`. Throws FileError.
void write_npz(const std::string& path, const std::vector<NamedTensor>& tensors,
               const NpzOptions& options = {});

}  // namespace deft
