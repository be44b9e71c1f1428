#include <deft/core/files/bytes.hpp>

#include <span>

#include "files/file.hpp"
#include "files/file_error.hpp"
#include "files/file_writer.hpp"

namespace deft {

std::string read_bytes(const std::string& path, SourceLocation where) {
  return with_memory_for(path, where, [&] { return File(path, where).text(); });
}

std::string read_bytes(const std::string& path, std::uint64_t offset, std::uint64_t size,
                       SourceLocation where) {
  return with_memory_for(path, where, [&] {
    const File file(path, where);
    if (offset > file.size() || size > file.size() - offset)
      file.fail("",
                "it has " + std::to_string(file.size()) + " bytes, but " + std::to_string(size) +
                    " are wanted from offset " + std::to_string(offset) + " on",
                "give the whole file");
    std::string bytes(static_cast<std::size_t>(size), '\0');
    file.read(offset, std::as_writable_bytes(std::span(bytes)));
    return bytes;
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
