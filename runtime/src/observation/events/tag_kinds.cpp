#include "tag_kinds.hpp"

#include "event_error.hpp"

namespace deft {
namespace {

std::string name_of(TagKind kind) {
  switch (kind) {
    case TagKind::scalar:
      return "a scalar";
    case TagKind::histogram:
      return "a histogram";
    case TagKind::image:
      return "an image";
    case TagKind::text:
      return "a text";
  }
  return "";
}

}  // namespace

void TagKinds::check(std::string_view tag, TagKind kind, SourceLocation where) {
  if (tag.empty())
    refuse_event(ErrorCode::invalid_argument, "the tag of " + name_of(kind) + " is empty",
                 "give it a name", where);
  check_utf8(tag, "the tag of " + name_of(kind), where);
}

void TagKinds::claim(std::span<const Claim> claims, SourceLocation where) {
  for (const auto& [tag, kind] : claims) check(tag, kind, where);
  const std::lock_guard lock(mutex_);
  for (const auto& [tag, kind] : claims) {
    const auto known = kinds_.find(tag);
    if (known == kinds_.end() || known->second == kind) continue;
    refuse_event(ErrorCode::invalid_argument,
                 "the tag '" + std::string(tag) + "' of " + name_of(kind) + " is that of " +
                     name_of(known->second) +
                     " already, and TensorBoard shows a tag as what came first",
                 "use another tag", where);
  }
  for (const auto& [tag, kind] : claims)
    if (!kinds_.contains(tag)) kinds_.emplace(tag, kind);
}

}  // namespace deft
