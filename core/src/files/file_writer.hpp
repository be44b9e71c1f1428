#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <deft/core/source_location.hpp>

#include "files/descriptor.hpp"

namespace deft {

/// Writes a file whole or not at all. The bytes go into a draft, a new file in the same folder,
/// which `commit` makes safe on the disk and puts in the place of what is at the path. Until then,
/// and if anything fails, what was there stays as it was. After a kill or a crash at any moment the
/// path holds the complete old file or the complete new one. The draft has no name until it is
/// complete. It gets that of a file that is not there yet; or one of its own, .deft-*, and takes
/// the place of the old file at once. So a kill hardly ever leaves a draft behind: between these
/// two steps alone, and on a file system that knows no nameless files.
///
/// A symbolic link is followed: the file that it leads to is replaced, and the link stays. The
/// permissions of a replaced file are kept. What is no regular file, such as a pipe, is written to.
class FileWriter {
 public:
  /// Throws FileError if the path cannot be written to.
  FileWriter(const std::string& path, SourceLocation where);

  /// Removes the draft, unless it was committed.
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  /// Adds bytes. Throws FileError.
  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }

  /// How many bytes were added.
  std::uint64_t position() const { return position_; }

  /// To be called once, when all was added. Throws FileError.
  void commit();

 private:
  void find_target();
  void open_draft();
  std::string link_to_draft() const;
  bool becomes_new_file() const;
  bool name_draft();
  void flush();
  [[noreturn]] void fail(int error_number) const;

  std::string path_;  // as the user gave it
  SourceLocation where_;
  std::string target_;  // with symbolic links followed
  std::string folder_;  // of the target
  std::string draft_;   // the name of the draft, if it has one
  mode_t mode_ = 0666;  // permissions, before the mask of the process if the file is new
  bool exists_ = false;
  bool in_place_ = false;  // a pipe or a device: it cannot be replaced
  bool draft_has_name_ = false;
  Descriptor descriptor_;
  std::vector<std::byte> buffer_;  // small pieces, until they are worth a call
  std::uint64_t position_ = 0;
};

}  // namespace deft
