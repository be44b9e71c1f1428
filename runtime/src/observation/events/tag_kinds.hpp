#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <span>
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

  struct Claim {
    std::string_view tag;
    TagKind kind;
  };

  /// From now on the tags are of these kinds. Throws FileError if one can be no tag, or is of
  /// another kind already; then nothing has been claimed.
  void claim(std::span<const Claim> claims, SourceLocation where);

 private:
  std::mutex mutex_;
  std::map<std::string, TagKind, std::less<>> kinds_;
};

}  // namespace deft
