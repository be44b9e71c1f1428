#include <deft/core/files/bytes.hpp>

#include "files/file.hpp"
#include "files/file_error.hpp"
#include "files/file_writer.hpp"

namespace deft {

std::string read_bytes(const std::string& path, SourceLocation where) {
  return with_memory_for(path, where, [&] { return File(path, where).text(); });
}

void read_bytes(const std::string& path, std::uint64_t offset, std::span<std::byte> to,
                SourceLocation where) {
  with_memory_for(path, where, [&] {
    const File file(path, where);
    if (offset > file.size() || to.size() > file.size() - offset)
      file.fail("",
                "it has " + std::to_string(file.size()) + " bytes, but " +
                    std::to_string(to.size()) + " are wanted from offset " +
                    std::to_string(offset) + " on",
                "give the whole file");
    file.read(offset, to);
  });
}

void write_bytes(const std::string& path, std::string_view bytes, SourceLocation where) {
  with_memory_for(path, where, [&] {
    FileWriter file(path, where);
    file.write(bytes);
    file.commit();
  });
}

}  // namespace deft
