#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <deft/core/files/wire_reader.hpp>

// A LevelDB table: keys in ascending order of their bytes, with values. Blocks of entries, an index
// of the blocks, and a footer that says where the index is.
namespace deft::tensorflow {

struct TableEntry {
  std::string key;
  std::string_view value;  // bytes of the source
};

/// The entries of a table, which are the bytes of `source`. Throws a FileError that names file and
/// offset for whatever the format does not allow, a wrong checksum, and a compressed block.
std::vector<TableEntry> read_table(const WireSource& source);

/// The bytes of a table with these entries, keys ascending.
std::string write_table(const std::vector<std::pair<std::string, std::string>>& entries);

}  // namespace deft::tensorflow
