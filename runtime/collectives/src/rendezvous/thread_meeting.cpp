#include <algorithm>

#include "rendezvous/meeting.hpp"

namespace deft::collectives {

/// The last to come begins the generation.
Meeting::Met ThreadMeeting::meet(int after, Deadline deadline, SourceLocation where) {
  std::unique_lock lock(hub_->mutex);
  const auto self = static_cast<std::size_t>(options_.rank);
  if (hub_->generation <= after) {
    hub_->present[self] = true;
    if (std::ranges::count(hub_->present, false) == 0) {
      hub_->present.assign(hub_->present.size(), false);
      hub_->exchange = std::make_shared<Exchange>();
      ++hub_->generation;
      hub_->changed.notify_all();
    } else if (!hub_->changed.wait_until(lock, deadline,
                                         [&] { return hub_->generation > after; })) {
      hub_->present[self] = false;
      std::vector<int> absent;
      for (int rank = 0; rank < options_.size; ++rank)
        if (rank != options_.rank && !hub_->present[static_cast<std::size_t>(rank)])
          absent.push_back(rank);
      refuse_absent(absent, options_, "this process", where);
    }
  }
  return {hub_->generation,
          std::make_unique<ThreadTransport>(hub_->exchange, options_.rank, options_.size)};
}

}  // namespace deft::collectives
