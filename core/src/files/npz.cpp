#include <deft/core/files/npz.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "files/byte_reader.hpp"
#include "files/encoding.hpp"
#include "files/file.hpp"
#include "files/file_error.hpp"
#include "files/file_writer.hpp"
#include "files/npy.hpp"
#include "files/readers.hpp"
#include "files/tensor_names.hpp"
#include "files/zip/zip_directory.hpp"
#include "files/zip/zip_writer.hpp"

namespace deft {
namespace {

constexpr std::string_view suffix = ".npy";

FilePart part_of(const ZipEntry& entry) {
  return {"entry " + quoted(entry.name), entry.begin, entry.end,
          entry.deflated ? Compression::deflate : Compression::none, true};
}

/// Entries of other names may be arrays, too: NumPy goes by what they begin with.
bool begins_as_npy(const File& file, const ZipEntry& entry) {
  return entry.size >= npy_magic.size() &&
         ByteReader(file, part_of(entry)).read_text(npy_magic.size()) == npy_magic;
}

/// The length of a name has two bytes in an archive.
void check_lengths(const std::string& path, const std::vector<NamedTensor>& tensors,
                   SourceLocation where) {
  constexpr std::size_t most = 0xFFFF - suffix.size();
  for (const NamedTensor& tensor : tensors) {
    if (tensor.name.size() <= most) continue;
    throw_file_error(ErrorCode::invalid_argument,
                     "cannot write " + printable(path) + ": the name " + quoted(tensor.name) +
                         " has more than " + std::to_string(most) + " bytes",
                     "give it a shorter name", where);
  }
}

Tensor read_entry(const File& file, const ZipEntry& entry) {
  ByteReader reader(file, part_of(entry));
  Tensor tensor = read_npy_array(reader);
  reader.expect_end();
  const bool same_size = reader.position() == entry.size;
  if (same_size && reader.crc32() == entry.crc32) return tensor;
  reader.fail(same_size ? "its checksum is another than the directory says"
                        : "it has another size than the directory says",
              "it is damaged: copy or download it again");
}

}  // namespace

std::vector<NamedTensor> read_npz(const File& file) {
  std::vector<NamedTensor> tensors;
  std::vector<const ZipEntry*> arrays;
  const std::vector<ZipEntry> entries = read_zip_directory(file);
  for (const ZipEntry& entry : entries) {
    std::string_view name = entry.name;
    if (name.ends_with(suffix)) {
      name.remove_suffix(suffix.size());
    } else if (name.ends_with('/') || !begins_as_npy(file, entry)) {
      continue;
    }
    if (const char* const fault = fault_of_name(name); fault != nullptr) {
      file.fail("byte " + std::to_string(entry.local),
                "the name " + quoted(name) + " of an array " + fault, "save it under another name");
    }
    tensors.push_back({std::string(name), Tensor()});
    arrays.push_back(&entry);
  }
  if (const std::string* const twice = find_duplicate(tensors); twice != nullptr) {
    file.fail("", "two arrays are named " + quoted(*twice), "save each under a name of its own");
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) tensors[i].tensor = read_entry(file, *arrays[i]);
  return tensors;
}

std::vector<NamedTensor> read_npz(const std::string& path, SourceLocation where) {
  return with_memory_for(path, where, [&] { return read_npz(File(path, where)); });
}

void write_npz(const std::string& path, const std::vector<NamedTensor>& tensors,
               const NpzOptions& options) {
  with_memory_for(path, options.where, [&] {
    check_names(path, tensors, options.where);
    check_lengths(path, tensors, options.where);
    for (const NamedTensor& named : tensors)
      check_npy_dtype(path, named.name, named.tensor, options.where);
    FileWriter file(path, options.where);
    ZipWriter zip(file);
    for (const NamedTensor& named : tensors) {
      const std::string header = npy_header(named.tensor);
      const std::array parts{std::as_bytes(std::span(header)), bytes_of(named.tensor)};
      zip.add(named.name + std::string(suffix), parts, options.compress);
    }
    zip.finish();
    file.commit();
  });
}

}  // namespace deft
