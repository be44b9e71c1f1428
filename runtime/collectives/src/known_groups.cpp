#include "known_groups.hpp"

#include <map>
#include <mutex>

#include "group.hpp"

namespace deft {
namespace {

struct KnownGroups {
  std::mutex mutex;
  std::map<std::int64_t, std::weak_ptr<Communicator::Impl>> by_id;
};

KnownGroups& known_groups() {
  static KnownGroups groups;
  return groups;
}

}  // namespace

void remember_group(const std::shared_ptr<Communicator::Impl>& group) {
  KnownGroups& known = known_groups();
  const std::scoped_lock lock(known.mutex);
  std::erase_if(known.by_id, [](const auto& entry) { return entry.second.expired(); });
  known.by_id[group->id()] = group;
}

std::shared_ptr<Communicator::Impl> known_group(std::int64_t id) {
  KnownGroups& known = known_groups();
  const std::scoped_lock lock(known.mutex);
  const auto found = known.by_id.find(id);
  return found == known.by_id.end() ? nullptr : found->second.lock();
}

}  // namespace deft
