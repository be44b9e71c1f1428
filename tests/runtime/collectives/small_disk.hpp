#pragma once

#include <string>

namespace deft {

/// A folder on a disk that can be made full. For this process alone, until it ends: the disk is
/// mounted in a namespace of its own; without the right to do so, files are limited in length.
class SmallDisk {
 public:
  /// Makes the folder.
  explicit SmallDisk(const std::string& folder);

  /// No file can grow any more.
  void fill() const;
  void make_room() const;

 private:
  std::string filler_;
  bool mounted_ = false;
};

}  // namespace deft
