#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include <deft/core/source_location.hpp>

namespace deft {

/// What TensorBoard shows a tag as.
enum class TagKind { scalar, histogram, image, text };

/// The tags of an event file, each of one kind.
class TagKinds {
 public:
  /// Throws FileError if this can be no tag.
  static void check(std::string_view tag, TagKind kind, SourceLocation where);

  /// From now on the tag is of this kind. Throws FileError if it can be no tag, or is of another
  /// kind already.
  void claim(std::string_view tag, TagKind kind, SourceLocation where);

 private:
  std::mutex mutex_;
  std::map<std::string, TagKind, std::less<>> kinds_;
};

}  // namespace deft
