#include "algorithms/share.hpp"

#include <numeric>
#include <utility>

namespace deft::collectives {

Share::Share(Transport& transport, std::span<std::byte> data, std::vector<std::size_t> part_bytes,
             std::uint32_t tag)
    : transport_(transport), part_bytes_(std::move(part_bytes)), tag_(2 * tag) {
  for (int step = 1; step < transport.size; ++step)
    peers_.push_back({(transport.rank + step) % transport.size, transport.window(data)});
}

std::size_t Share::offset_of(int rank) const {
  return std::accumulate(part_bytes_.begin(), part_bytes_.begin() + rank, std::size_t{0});
}

void Share::post() {
  if (posted_) return;
  posted_ = true;
  for (Peer& peer : peers_)
    if (bytes_of(peer.rank) > 0)
      peer.window->receive(peer.rank, tag_, offset_of(peer.rank), bytes_of(peer.rank));
}

void Share::run(Deadline deadline) {
  post();
  posted_ = false;
  const std::size_t own_bytes = bytes_of(transport_.rank);
  if (own_bytes > 0)
    for (Peer& peer : peers_)
      peer.window->send(peer.rank, tag_, offset_of(transport_.rank), own_bytes);
  for (Peer& peer : peers_) {
    if (bytes_of(peer.rank) > 0) peer.window->wait_received(deadline);
    if (own_bytes > 0) peer.window->wait_sent(deadline);
  }
}

}  // namespace deft::collectives
