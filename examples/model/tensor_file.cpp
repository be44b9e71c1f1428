#include "tensor_file.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include <deft/tensorflow/checkpoint.hpp>

#include "common/json.hpp"
#include "common/layout.hpp"
#include "common/text.hpp"

namespace examples::model {
namespace {

using Tensors = std::vector<deft::NamedTensor>;

struct TensorFormat {
  std::string_view ending;
  Tensors (*read)(const std::string& path);
  void (*write)(const std::string& path, const Tensors& tensors);
};

/// The prefix that TensorFlow calls a checkpoint by.
std::string prefix_of(const std::string& path) {
  constexpr std::string_view ending = ".index";
  return path.ends_with(ending) ? path.substr(0, path.size() - ending.size()) : path;
}

Tensors read_checkpoint(const std::string& path) {
  return deft::read_tensorflow_checkpoint(prefix_of(path));
}

void write_checkpoint(const std::string& path, const Tensors& tensors) {
  deft::write_tensorflow_checkpoint(prefix_of(path), tensors);
}

constexpr std::array formats{
    TensorFormat{
        ".npz", [](const std::string& path) { return deft::read_npz(path); },
        [](const std::string& path, const Tensors& tensors) { deft::write_npz(path, tensors); }},
    TensorFormat{".safetensors",
                 [](const std::string& path) { return deft::read_safetensors(path).tensors; },
                 [](const std::string& path, const Tensors& tensors) {
                   deft::write_safetensors(path, tensors);
                 }},
    TensorFormat{".ckpt", read_checkpoint, write_checkpoint},
    TensorFormat{".index", read_checkpoint, write_checkpoint},
};

const TensorFormat* format_of(const std::string& path) {
  const auto found = std::ranges::find_if(
      formats, [&](const TensorFormat& format) { return path.ends_with(format.ending); });
  return found == formats.end() ? nullptr : &*found;
}

std::size_t bytes_of(const Tensors& tensors) {
  std::size_t bytes = 0;
  for (const deft::NamedTensor& one : tensors) bytes += one.tensor.num_bytes();
  return bytes;
}

}  // namespace

bool is_tensor_file(const std::string& path) { return format_of(path) != nullptr; }

Tensors read_tensors(const std::string& path) { return format_of(path)->read(path); }

void write_tensors(const std::string& path, const Tensors& tensors) {
  format_of(path)->write(path, tensors);
}

std::string tensors_text(const std::string& path, const Tensors& tensors) {
  std::vector<Row> rows{{"tensor", ""}};
  for (const auto& [name, tensor] : tensors) {
    rows.push_back({printable(name), to_string(tensor.spec())});
  }
  return printable(path, 200) + ": " + plural(tensors.size(), "tensor") + ", " +
         plural(bytes_of(tensors), "byte") + "\n\n" + aligned(rows);
}

std::string tensors_json(const std::string& path, const Tensors& tensors) {
  std::vector<std::string> items;
  for (const auto& [name, tensor] : tensors) {
    std::vector<std::string> dims;
    for (const std::int64_t dim : tensor.shape().dims()) dims.push_back(std::to_string(dim));
    items.push_back(json_object({{"name", json_string(name)},
                                 {"dtype", json_string(to_string(tensor.dtype()))},
                                 {"shape", json_list(dims)}}));
  }
  return json_object({{"file", json_string(path)},
                      {"bytes", std::to_string(bytes_of(tensors))},
                      {"tensors", json_list(items)}}) +
         "\n";
}

}  // namespace examples::model
