#pragma once

#include <string>
#include <vector>

#include <deft/deft.hpp>

namespace examples::model {

/// Whether the name is that of a file of tensors without a model: .npz, .safetensors, or a
/// checkpoint of TensorFlow, .ckpt or .index of it.
bool is_tensor_file(const std::string& path);

/// Throws deft::FileError.
std::vector<deft::NamedTensor> read_tensors(const std::string& path);
void write_tensors(const std::string& path, const std::vector<deft::NamedTensor>& tensors);

/// The tensors as a table for people, and as a JSON object and a line break.
std::string tensors_text(const std::string& path, const std::vector<deft::NamedTensor>& tensors);
std::string tensors_json(const std::string& path, const std::vector<deft::NamedTensor>& tensors);

}  // namespace examples::model
