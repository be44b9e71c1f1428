#pragma once

#include <vector>

#include <deft/core/files/csv.hpp>
#include <deft/core/files/named_tensor.hpp>
#include <deft/core/files/safetensors.hpp>
#include <deft/core/tensor.hpp>

#include "files/file.hpp"

namespace deft {

// What the public functions of the same names do, once the file is open.
Tensor read_npy(const File& file);
std::vector<NamedTensor> read_npz(const File& file);
Safetensors read_safetensors(const File& file);
Tensor read_idx(const File& file);
CsvTable read_csv(const File& file, const CsvOptions& options);

}  // namespace deft
