#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <deft/core/source_location.hpp>

namespace deft {

/// A new file that only ever grows, for programs that read it meanwhile. Each `append` is handed to
/// the system at once, so a killed process loses at most the rest of one of them. One thread at a
/// time may use it.
class AppendFile {
 public:
  /// Makes the folder, if it is not there, and in it a file: `name` and behind it the first of
  /// ".000000", ".000001", ... that no file has. Throws FileError.
  AppendFile(const std::string& folder, const std::string& name, SourceLocation where);

  /// Tries once more to write what a failed call has left.
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  /// Adds bytes. Throws FileError if the system does not take all of them. Of these bytes the file
  /// then has none, or some: in that case the rest comes first when it takes bytes again, so that
  /// what readers have seen stays true.
  void append(std::string_view bytes, SourceLocation where);

  /// Waits until all that was appended is on the disk. Throws FileError.
  void sync(SourceLocation where);

  const std::string& path() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace deft
