#include <deft/core/files/idx.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "files/byte_reader.hpp"
#include "files/encoding.hpp"
#include "files/file.hpp"
#include "files/file_error.hpp"
#include "files/readers.hpp"

namespace deft {
namespace {

constexpr const char* not_idx = "read an IDX file, plain or compressed by gzip";

bool begins_as_gzip(const File& file) {
  std::array<std::byte, 2> magic{};
  if (file.size() < magic.size()) return false;
  file.read(0, magic);
  return magic == std::array{std::byte{0x1F}, std::byte{0x8B}};
}

/// The magic: two zeros, the type of the elements, the rank. Then the dimensions, big-endian as all
/// that follows.
ElementsInfo read_header(ByteReader& reader) {
  std::array<std::byte, 4> word{};
  reader.expect(word.size(), "the beginning of an IDX file");
  reader.read(word);
  if (word[0] != std::byte{0} || word[1] != std::byte{0}) {
    reader.fail_at(0, "it does not begin with two zeros, as an IDX file does", not_idx);
  }
  const int type = std::to_integer<int>(word[2]);
  const Encoding* const encoding = find_idx_encoding(type);
  if (encoding == nullptr) {
    reader.fail_at(2,
                   "the type of the elements is " + std::to_string(type) +
                       "; 8, 9, 11, 12, 13 and 14 are known",
                   not_idx);
  }
  std::vector<std::uint64_t> dims(std::to_integer<std::size_t>(word[3]));
  for (std::uint64_t& dim : dims) {
    reader.read(word);
    for (const std::byte b : word) dim = dim << 8U | std::to_integer<std::uint64_t>(b);
  }
  return describe_elements(reader, 3, *encoding, dims);
}

}  // namespace

Tensor read_idx(const File& file) {
  ByteReader reader(file, begins_as_gzip(file) ? Compression::gzip : Compression::none);
  const ElementsInfo info = read_header(reader);
  Tensor tensor = read_elements(reader, info, ByteOrder::big);
  reader.expect_end();
  return tensor;
}

Tensor read_idx(const std::string& path, SourceLocation where) {
  return with_memory_for(path, where, [&] { return read_idx(File(path, where)); });
}

}  // namespace deft
