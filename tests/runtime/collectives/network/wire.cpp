#include "runtime/collectives/network/wire.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <random>

#include <poll.h>
#include <unistd.h>

namespace deft {
namespace {

using collectives::Descriptor;
using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

struct Packet {
  Clock::time_point due;
  std::size_t to = 0;
  std::vector<char> bytes;
};

class Carrier {
 public:
  Carrier(const std::vector<Descriptor>& devices, Network::Wire& wire)
      : devices_(devices), wire_(wire) {
    polled_.reserve(devices.size());
    for (const Descriptor& device : devices) polled_.push_back({device.file(), POLLIN, 0});
  }

  void step() {
    wait();
    for (std::size_t from = 0; from < devices_.size(); ++from)
      if ((polled_[from].revents & POLLIN) != 0) take(from);
    while (!on_their_way_.empty() && on_their_way_.front().due <= Clock::now()) {
      hand_over(on_their_way_.front());
      on_their_way_.pop_front();
    }
  }

 private:
  /// Until there is something to take, or to hand over.
  void wait() {
    nanoseconds time = std::chrono::seconds(1);
    if (!on_their_way_.empty())
      time =
          std::clamp<nanoseconds>(on_their_way_.front().due - Clock::now(), nanoseconds(0), time);
    const timespec limit{.tv_sec = time.count() / 1'000'000'000,
                         .tv_nsec = time.count() % 1'000'000'000};
    ::ppoll(polled_.data(), polled_.size(), &limit, nullptr);
  }

  /// A few packets at a time, so that others are not late.
  void take(std::size_t from) {
    for (int count = 0; count < 64; ++count) {
      const ssize_t size = ::read(devices_[from].file(), buffer_.data(), buffer_.size());
      if (size <= 0) return;
      const std::size_t to = receiver(static_cast<std::size_t>(size));
      if (to >= devices_.size()) continue;
      if (is_lost(from, to)) {
        ++wire_.lost;
        continue;
      }
      on_their_way_.push_back({Clock::now() + std::chrono::microseconds(wire_.delay), to,
                               std::vector<char>(buffer_.begin(), buffer_.begin() + size)});
    }
  }

  /// The machine that a packet of IPv4 is for; none for any other packet.
  std::size_t receiver(std::size_t size) const {
    constexpr std::size_t header = 20;
    constexpr std::size_t last_of_address = 19;
    if (size < header || (buffer_[0] >> 4) != 4) return devices_.size();
    return static_cast<std::size_t>(static_cast<unsigned char>(buffer_[last_of_address])) - 1;
  }

  bool is_lost(std::size_t from, std::size_t to) {
    if (((wire_.mute >> from) & 1U) != 0 || ((wire_.deaf >> to) & 1U) != 0) return true;
    return static_cast<int>(random_() % 1000) < wire_.loss;
  }

  /// A device that has no room loses the packet, as devices do.
  void hand_over(const Packet& packet) {
    if (::write(devices_[packet.to].file(), packet.bytes.data(), packet.bytes.size()) < 0)
      ++wire_.lost;
  }

  const std::vector<Descriptor>& devices_;
  Network::Wire& wire_;
  std::vector<pollfd> polled_;
  std::deque<Packet> on_their_way_;
  std::array<char, 65536> buffer_{};
  std::mt19937 random_{1};
};

}  // namespace

void carry_packets(const std::vector<Descriptor>& devices, Network::Wire& wire) {
  Carrier carrier(devices, wire);
  for (;;) carrier.step();
}

}  // namespace deft
