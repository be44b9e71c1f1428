#include "external_data.hpp"

#include <charconv>
#include <filesystem>
#include <iterator>
#include <system_error>

#include <deft/core/error.hpp>
#include <deft/core/files/bytes.hpp>

namespace deft::onnx {

namespace fs = std::filesystem;

void ExternalData::check(const TensorProto& tensor, std::uint64_t size) {
  const Part part = part_of(tensor);
  std::error_code error;
  const std::uint64_t file_size = fs::file_size(part.path, error);
  if (error) fail(tensor, part.path + ": " + error.message(), "give the file");
  const std::uint64_t length = number(tensor, "length", size);
  if (length != size)
    fail(tensor,
         "its shape needs " + std::to_string(size) + " bytes, but its length in " + part.path +
             " is " + std::to_string(length),
         "save the model again");
  if (part.offset > file_size || size > file_size - part.offset)
    fail(tensor,
         "it needs " + std::to_string(size) + " bytes from offset " + std::to_string(part.offset) +
             " on, but " + part.path + " has " + std::to_string(file_size) + " bytes",
         "give the whole file");
  if (size == 0) return;

  auto& uses = used_[part.path];
  const std::uint64_t end = part.offset + size;
  const auto next = uses.upper_bound(part.offset);
  const auto same = uses.find(part.offset);  // the tensor itself, in a body that is imported again
  if (same != uses.end() && same->second.end == end && same->second.tensor == tensor.name) return;
  const auto refuse = [&](const Use& other) {
    fail(tensor, "its bytes in " + part.path + " overlap those of \"" + other.tensor + '"',
         "save the model again");
  };
  if (next != uses.end() && next->first < end) refuse(next->second);
  if (next != uses.begin() && std::prev(next)->second.end > part.offset)
    refuse(std::prev(next)->second);
  uses.emplace_hint(next, part.offset, Use{end, tensor.name});
}

void ExternalData::read(const TensorProto& tensor, std::span<std::byte> to) const {
  const Part part = part_of(tensor);
  read_bytes(part.path, part.offset, to, where_);
}

ExternalData::Part ExternalData::part_of(const TensorProto& tensor) const {
  const auto found = tensor.external.find("location");
  if (found == tensor.external.end()) fail(tensor, "it names no file", "save the model again");
  return {checked_path(tensor, found->second), number(tensor, "offset", 0)};
}

std::string ExternalData::checked_path(const TensorProto& tensor,
                                       const std::string& location) const {
  const std::string cure = "move the file into the folder of the model and name it relative to it";
  if (folder_.empty())
    fail(tensor, "the model is no file, so there is no folder for \"" + location + '"',
         "import the model by its path");
  const fs::path relative(location);
  if (location.empty() || location.find('\0') != std::string::npos || relative.is_absolute())
    fail(tensor, '"' + location + "\" is no path relative to the folder of the model", cure);
  fs::path path(folder_);
  for (const fs::path& name : relative) {
    if (name == "..") fail(tensor, '"' + location + "\" leads out of the model's folder", cure);
    if (name == ".") continue;  // a file has one path, by which overlaps are found
    path /= name;
    std::error_code error;
    const fs::file_status status = fs::symlink_status(path, error);
    if (fs::is_symlink(status)) fail(tensor, path.string() + " is a symbolic link", cure);
    if (!fs::exists(status)) fail(tensor, path.string() + " does not exist", "give the file");
  }
  if (!fs::is_regular_file(fs::symlink_status(path)))
    fail(tensor, path.string() + " is no regular file", cure);
  return path.string();
}

std::uint64_t ExternalData::number(const TensorProto& tensor, const std::string& key,
                                   std::uint64_t fallback) const {
  const auto found = tensor.external.find(key);
  if (found == tensor.external.end()) return fallback;
  const std::string& text = found->second;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    fail(tensor, "its " + key + " is \"" + text + "\", which is no number of bytes",
         "save the model again");
  return value;
}

void ExternalData::fail(const TensorProto& tensor, const std::string& problem,
                        const std::string& cure) const {
  throw FileError(
      {.code = ErrorCode::file_format,
       .message = model_ + ": external data of the tensor \"" + tensor.name + "\": " + problem,
       .cure = cure,
       .where = where_});
}

}  // namespace deft::onnx
