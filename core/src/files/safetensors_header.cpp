#include "files/safetensors_header.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "files/file_error.hpp"
#include "files/json_scanner.hpp"
#include "files/tensor_names.hpp"

namespace deft {
namespace {

using Entry = SafetensorsHeader::Entry;

/// Types of the format that no dtype of deft has room for.
[[noreturn]] void refuse_type(const std::string& type, const std::string& name,
                              const JsonScanner& json) {
  json.fail("tensor " + quoted(name) + " is of type " + quoted(type) + ", which deft does not read",
            "BOOL, U8, I8, I16, U16, I32, U32, I64, U64, F16, BF16, F32 and F64 are read");
}

/// The fields of an entry as they stand there.
struct Fields {
  std::string type;
  std::vector<std::uint64_t> shape;
  std::vector<std::uint64_t> offsets;
};

std::vector<std::uint64_t> take_integers(JsonScanner& json) {
  std::vector<std::uint64_t> values;
  json.take_list('[', ']', [&] { values.push_back(json.take_integer()); });
  return values;
}

Fields take_fields(JsonScanner& json, const std::string& name) {
  constexpr std::array keys{"dtype", "shape", "data_offsets"};
  std::array<bool, keys.size()> seen{};
  Fields fields;
  json.take_list('{', '}', [&] {
    const std::string key = json.take_string();
    json.take(':');
    const auto found = std::ranges::find(keys, key) - keys.begin();
    const auto index = static_cast<std::size_t>(found);
    if (index == keys.size()) {
      json.fail("tensor " + quoted(name) + " has a field " + quoted(key) +
                " beside dtype, shape and data_offsets");
    }
    if (std::exchange(seen[index], true)) {
      json.fail("tensor " + quoted(name) + " has the field " + quoted(key) + " twice");
    }
    if (index == 0) fields.type = json.take_string();
    if (index == 1) fields.shape = take_integers(json);
    if (index == 2) fields.offsets = take_integers(json);
  });
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!seen[i]) json.fail("tensor " + quoted(name) + " has no field \"" + keys[i] + '"');
  }
  return fields;
}

Entry take_entry(JsonScanner& json, std::string name, std::uint64_t position,
                 const ByteReader& reader) {
  const char* const fault = fault_of_name(name);
  if (fault != nullptr) json.fail("the name " + quoted(name) + " of a tensor " + fault);
  const Fields fields = take_fields(json, name);
  const Encoding* const encoding = find_safetensors_encoding(fields.type);
  if (encoding == nullptr) refuse_type(fields.type, name, json);
  if (fields.offsets.size() != 2 || fields.offsets[0] > fields.offsets[1]) {
    json.fail("the data_offsets of tensor " + quoted(name) + " are not a begin and an end");
  }
  const ElementsInfo elements = describe_elements(reader, position, *encoding, fields.shape);
  const std::uint64_t bytes = fields.offsets[1] - fields.offsets[0];
  if (bytes != elements.bytes()) {
    json.fail("tensor " + quoted(name) + " has " + std::to_string(bytes) + " bytes, but " +
              fields.type + elements.shape.to_string() + " takes " +
              std::to_string(elements.bytes()));
  }
  return {std::move(name), elements, fields.offsets[0], position};
}

/// Texts under names, or null.
std::map<std::string, std::string> take_metadata(JsonScanner& json) {
  std::map<std::string, std::string> metadata;
  if (json.take_word("null")) return metadata;
  json.take_list('{', '}', [&] {
    std::string key = json.take_string();
    json.take(':');
    std::string value = json.take_string();
    if (!metadata.emplace(key, std::move(value)).second) {
      json.fail("the metadata has the key " + quoted(key) + " twice");
    }
  });
  return metadata;
}

}  // namespace

SafetensorsHeader parse_safetensors_header(std::string_view text, const ByteReader& reader,
                                           std::uint64_t offset) {
  JsonScanner json(text, reader, offset);
  SafetensorsHeader header;
  bool has_metadata = false;
  json.take_list('{', '}', [&] {
    const std::uint64_t position = json.position();
    std::string name = json.take_string();
    json.take(':');
    if (name != metadata_name) {
      header.entries.push_back(take_entry(json, std::move(name), position, reader));
    } else if (std::exchange(has_metadata, true)) {
      json.fail("the header has two \"__metadata__\"");
    } else {
      header.metadata = take_metadata(json);
    }
  });
  json.take_end();
  return header;
}

void append_json_string(std::string& json, std::string_view text) {
  constexpr std::string_view meanings = "\"\\\b\f\n\r\t";
  constexpr std::string_view letters = "\"\\bfnrt";
  json += '"';
  for (const char c : text) {
    const std::size_t found = meanings.find(c);
    if (found != std::string_view::npos) {
      (json += '\\') += letters[found];
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      json += escape.data();
    } else {
      json += c;
    }
  }
  json += '"';
}

}  // namespace deft
