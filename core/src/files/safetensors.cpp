#include <deft/core/files/safetensors.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <deft/core/utf8.hpp>

#include "files/byte_reader.hpp"
#include "files/encoding.hpp"
#include "files/file.hpp"
#include "files/file_error.hpp"
#include "files/file_writer.hpp"
#include "files/readers.hpp"
#include "files/safetensors_header.hpp"
#include "files/tensor_names.hpp"

namespace deft {
namespace {

using Entry = SafetensorsHeader::Entry;

constexpr std::uint64_t max_header = 100'000'000;  // bytes, by the format

SafetensorsHeader read_header(ByteReader& reader) {
  constexpr std::size_t before = 8;  // bytes of the size
  reader.expect(before, "the size of the header");
  const std::uint64_t length = little_endian(reader.read_text(before));
  if (length > max_header) {
    reader.fail_at(0,
                   "the header has " + std::to_string(length) + " bytes, more than the " +
                       std::to_string(max_header) + " that the format allows",
                   "read a safetensors file");
  }
  reader.expect(length, "the header");
  return parse_safetensors_header(reader.read_text(length), reader, before);
}

/// Brings the entries into the order of their elements, which must follow each other up to the end
/// of the file without gaps and overlaps.
void sort_entries(std::vector<Entry>& entries, const ByteReader& reader) {
  constexpr const char* cure = "the file is damaged or was written wrongly";
  std::ranges::stable_sort(entries, [](const Entry& a, const Entry& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.elements.bytes() < b.elements.bytes();
  });
  std::uint64_t end = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != end) {
      reader.fail_at(entry.position,
                     "tensor " + quoted(entry.name) + " begins at " + std::to_string(entry.begin) +
                         " behind the header, but the one before it ends at " + std::to_string(end),
                     cure);
    }
    end += entry.elements.bytes();
  }
  if (end != reader.most_left()) {
    reader.fail("the tensors take " + std::to_string(end) + " bytes, but " +
                    std::to_string(reader.most_left()) + " follow the header",
                end > reader.most_left() ? "it was cut short: copy or download it again" : cure);
  }
}

SafetensorsHeader read_sorted_header(ByteReader& reader) {
  SafetensorsHeader header = read_header(reader);
  sort_entries(header.entries, reader);
  return header;
}

std::string header_of(const std::vector<const NamedTensor*>& tensors,
                      const std::map<std::string, std::string>& metadata) {
  std::string json = "{";
  const auto begin_entry = [&](std::string_view name) {
    if (json.size() > 1) json += ',';
    append_json_string(json, name);
    json += ":{";
  };
  if (!metadata.empty()) {
    begin_entry(metadata_name);
    for (const auto& [key, value] : metadata) {
      if (json.back() != '{') json += ',';
      append_json_string(json, key);
      json += ':';
      append_json_string(json, value);
    }
    json += '}';
  }
  std::uint64_t begin = 0;
  for (const NamedTensor* const named : tensors) {
    const Tensor& tensor = named->tensor;
    begin_entry(named->name);
    json.append("\"dtype\":\"").append(encoding_of(tensor.dtype()).safetensors);
    json += "\",\"shape\":[";
    for (const std::int64_t dim : tensor.shape().dims()) {
      if (json.back() != '[') json += ',';
      json += std::to_string(dim);
    }
    const std::uint64_t end = begin + tensor.num_bytes();
    json += "],\"data_offsets\":[" + std::to_string(begin) + ',' + std::to_string(end) + "]}";
    begin = end;
  }
  json += '}';
  json.append((8 - json.size() % 8) % 8, ' ');
  return json;
}

/// The order of the reference implementation, so that elements are aligned to their size.
int rank_of(DType dtype) {
  constexpr std::array order{DType::u64, DType::i64,  DType::f64,    DType::f32, DType::u32,
                             DType::i32, DType::bf16, DType::f16,    DType::u16, DType::i16,
                             DType::i8,  DType::u8,   DType::boolean};
  return static_cast<int>(std::ranges::find(order, dtype) - order.begin());
}

std::vector<const NamedTensor*> in_file_order(const std::vector<NamedTensor>& tensors) {
  std::vector<const NamedTensor*> order;
  order.reserve(tensors.size());
  for (const NamedTensor& tensor : tensors) order.push_back(&tensor);
  std::ranges::sort(order, [](const NamedTensor* a, const NamedTensor* b) {
    const int rank_a = rank_of(a->tensor.dtype());
    const int rank_b = rank_of(b->tensor.dtype());
    return rank_a != rank_b ? rank_a < rank_b : a->name < b->name;
  });
  return order;
}

/// Throws if the format has no room for something.
void check_texts(const std::string& path, const std::vector<NamedTensor>& tensors,
                 const std::map<std::string, std::string>& metadata, SourceLocation where) {
  check_names(path, tensors, where);
  const auto fail = [&](const std::string& problem, const char* cure) {
    throw_file_error(ErrorCode::invalid_argument,
                     "cannot write " + printable(path) + ": " + problem, cure, where);
  };
  for (const NamedTensor& tensor : tensors) {
    if (tensor.name != metadata_name) continue;
    fail("a tensor is named \"__metadata__\", as the format calls something else",
         "give it another name");
  }
  for (const auto& [key, value] : metadata) {
    if (is_utf8(key) && is_utf8(value)) continue;
    fail("the metadata under " + quoted(key) + " is not UTF-8", "write it as UTF-8");
  }
}

void check_header_size(const std::string& path, std::uint64_t size, SourceLocation where) {
  if (size <= max_header) return;
  throw_file_error(ErrorCode::invalid_argument,
                   "cannot write " + printable(path) + ": its header takes " +
                       std::to_string(size) + " bytes, more than the " +
                       std::to_string(max_header) + " that the format allows",
                   "write fewer tensors, shorter names or less metadata", where);
}

}  // namespace

Safetensors read_safetensors(const File& file) {
  ByteReader reader(file);
  SafetensorsHeader header = read_sorted_header(reader);
  Safetensors result;
  result.metadata = std::move(header.metadata);
  result.tensors.reserve(header.entries.size());
  for (Entry& entry : header.entries) {
    result.tensors.push_back({std::move(entry.name), Tensor()});
  }
  if (const std::string* const twice = find_duplicate(result.tensors); twice != nullptr) {
    reader.fail_at(8, "two tensors are named " + quoted(*twice),
                   "the file is damaged or was written wrongly");
  }
  for (std::size_t i = 0; i < result.tensors.size(); ++i) {
    result.tensors[i].tensor = read_elements(reader, header.entries[i].elements, ByteOrder::little);
  }
  return result;
}

Safetensors read_safetensors(const std::string& path, SourceLocation where) {
  return with_memory_for(path, where, [&] { return read_safetensors(File(path, where)); });
}

std::map<std::string, std::string> read_safetensors_metadata(const std::string& path,
                                                             SourceLocation where) {
  return with_memory_for(path, where, [&] {
    const File file(path, where);
    ByteReader reader(file);
    return std::move(read_sorted_header(reader).metadata);
  });
}

void write_safetensors(const std::string& path, const std::vector<NamedTensor>& tensors,
                       const std::map<std::string, std::string>& metadata, SourceLocation where) {
  with_memory_for(path, where, [&] {
    check_texts(path, tensors, metadata, where);
    const std::vector<const NamedTensor*> order = in_file_order(tensors);
    const std::string header = header_of(order, metadata);
    check_header_size(path, header.size(), where);
    std::array<std::byte, 8> size{};
    const auto length = static_cast<std::uint64_t>(header.size());
    std::memcpy(size.data(), &length, size.size());  // little-endian
    FileWriter writer(path, where);
    writer.write(size);
    writer.write(header);
    for (const NamedTensor* const named : order) writer.write(bytes_of(named->tensor));
    writer.commit();
  });
}

}  // namespace deft
