#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "files/byte_reader.hpp"
#include "files/encoding.hpp"

namespace deft {

/// What stands in the header under this name are texts and no tensor.
constexpr std::string_view metadata_name = "__metadata__";

/// What the header of a safetensors file says.
struct SafetensorsHeader {
  struct Entry {
    std::string name;
    ElementsInfo elements;
    std::uint64_t begin = 0;     // from the end of the header on
    std::uint64_t position = 0;  // of the entry in the file, for errors
  };
  std::vector<Entry> entries;
  std::map<std::string, std::string> metadata;
};

/// Reads `text`, an object of JSON. It stands at `offset` of what `reader` reads, which fails with
/// the offset of what is wrong. Whether the entries fit each other is not looked at.
SafetensorsHeader parse_safetensors_header(std::string_view text, const ByteReader& reader,
                                           std::uint64_t offset);

/// Adds `text` as a string of JSON.
void append_json_string(std::string& json, std::string_view text);

}  // namespace deft
