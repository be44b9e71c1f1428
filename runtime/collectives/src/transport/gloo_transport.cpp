#include "transport/gloo_transport.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <deque>
#include <exception>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <gloo/transport/address.h>
#include <gloo/transport/context.h>
#include <gloo/transport/device.h>
#include <gloo/transport/pair.h>
#include <gloo/transport/tcp/device.h>
#include <gloo/transport/unbound_buffer.h>

#include "kernels/environment/blocked_signals.hpp"

namespace deft::collectives {
namespace {

using std::chrono::milliseconds;

/// Gloo keeps tags of a kind apart by their first byte.
constexpr std::uint64_t message_slot = std::uint64_t{0x60} << 56;
constexpr std::uint64_t watch_slot = std::uint64_t{0x7F} << 56;

/// At least a millisecond, since Gloo takes less for no limit, and no more than it can add to a
/// time.
milliseconds left_until(Deadline deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
  return std::clamp<milliseconds>(left, milliseconds(1), std::chrono::hours(24));
}

class GlooWindow final : public Window {
 public:
  /// When a rank ends, Gloo forgets who waits for a message to it or from it that is on its way,
  /// but wakes all windows with another receive from it: a message that nobody ever sends.
  GlooWindow(gloo::transport::Context& context, const std::atomic<bool>& aborted,
             std::span<std::byte> memory)
      : aborted_(aborted), buffer_(context.createUnboundBuffer(memory.data(), memory.size())) {
    for (int peer = 0; peer < context.size; ++peer)
      if (peer != context.rank)
        guarded(peer, Deadline::max(), [&] { buffer_->recv(peer, watch_slot, 0, 0); });
  }

  void receive(int from, std::uint32_t tag, std::size_t offset, std::size_t bytes) override {
    guarded(from, Deadline::max(), [&] { buffer_->recv(from, message_slot | tag, offset, bytes); });
    received_.push_back(from);
  }
  void send(int to, std::uint32_t tag, std::size_t offset, std::size_t bytes) override {
    guarded(to, Deadline::max(), [&] { buffer_->send(to, message_slot | tag, offset, bytes); });
    sent_.push_back(to);
  }
  void wait_received(Deadline deadline) override {
    guarded(received_.front(), deadline, [&] { buffer_->waitRecv(left_until(deadline)); });
    received_.pop_front();
  }
  void wait_sent(Deadline deadline) override {
    guarded(sent_.front(), deadline, [&] { buffer_->waitSend(left_until(deadline)); });
    sent_.pop_front();
  }

 private:
  template <class Call>
  void guarded(int peer, Deadline deadline, const Call& call) {
    try {
      if (!aborted_) return call();
    } catch (const std::exception&) {  // Gloo's have no common base
      if (!aborted_)
        throw Broken{std::chrono::steady_clock::now() < deadline ? Broken::Kind::closed
                                                                 : Broken::Kind::silent,
                     peer};
    }
    throw Broken{Broken::Kind::aborted, -1};
  }

  const std::atomic<bool>& aborted_;
  std::unique_ptr<gloo::transport::UnboundBuffer> buffer_;
  std::deque<int> received_;
  std::deque<int> sent_;
};

using gloo::transport::Pair;
using gloo::transport::tcp::Device;
using gloo::transport::tcp::Handler;

/// An address of Gloo's is a sockaddr_storage, and something else.
sockaddr_storage place_of(const std::vector<char>& address) {
  sockaddr_storage place{};
  std::memcpy(&place, address.data(), std::min(address.size(), sizeof place));
  return place;
}

/// A connection of this process with itself, whose other end is a pair's.
Descriptor call(const Pair& pair) {
  const sockaddr_storage place = place_of(pair.address().bytes());
  Descriptor socket = new_socket(place.ss_family);
  if (::connect(socket.file(), reinterpret_cast<const sockaddr*>(&place), size_of(place)) != 0 &&
      errno != EINPROGRESS)
    throw Broken{};
  return socket;
}

/// Of two addresses, the pair of the lower one waits for the other to connect: this is above all of
/// the loopback.
std::vector<char> highest_address(const Pair& pair) {
  std::vector<char> address = pair.address().bytes();
  sockaddr_in place{};
  std::memcpy(&place, address.data(), sizeof place);
  place.sin_addr.s_addr = INADDR_BROADCAST;
  std::memcpy(address.data(), &place, sizeof place);
  return address;
}

/// Puts a connection in the place of a descriptor's. The old one is closed.
bool replace(int file, const Descriptor& connection) {
  int result = -1;
  do result = ::dup3(connection.file(), file, O_CLOEXEC);
  while (result < 0 && (errno == EINTR || errno == EBUSY));
  return result >= 0;
}

/// A pair of Gloo's takes whoever connects to it first for the other rank, and ends the process if
/// that one has gone meanwhile, or sends what Gloo does not expect. So it is connected to this
/// process itself, by the loopback, and then given the connection to the rank.
void hand_over(Device& device, Pair& pair, const Descriptor& connection) {
  auto& handler = dynamic_cast<Handler&>(pair);
  const std::vector<char> waiting_for = highest_address(pair);
  const Descriptor stand_in = call(pair);
  pair.connect(waiting_for);
  const int file = other_end(stand_in);
  if (file < 0) throw Broken{};  // somebody else was faster
  device.unregisterDescriptor(file, &handler);
  const bool is_replaced = replace(file, connection);
  device.registerDescriptor(file, EPOLLIN, &handler);
  if (!is_replaced) throw Broken{};
}

}  // namespace

/// The thread that the device starts inherits which signals are blocked. It must not run handlers
/// of the program's, nor end the process by SIGPIPE.
std::shared_ptr<gloo::transport::Device> new_device() {
  const BlockedSignals inherited(BlockedSignals::Extent::ordinary);
  return gloo::transport::tcp::CreateDevice(gloo::transport::tcp::attr("127.0.0.1"));
}

GlooTransport::GlooTransport(std::shared_ptr<gloo::transport::Device> device, int of_rank,
                             std::vector<Descriptor> connections)
    : Transport(of_rank, static_cast<int>(connections.size())),
      device_(std::move(device)),
      context_(device_->createContext(of_rank, size)) {
  context_->setTimeout(std::chrono::seconds(1));  // to connect by the loopback, five times as long
  for (int peer = 0; peer < size; ++peer) try {
      if (peer != rank)
        hand_over(dynamic_cast<Device&>(*device_), *context_->createPair(peer),
                  connections[static_cast<std::size_t>(peer)]);
    } catch (const std::exception&) {
      throw Broken{.rank = peer};
    } catch (const Broken&) {
      throw Broken{.rank = peer};
    }
}

GlooTransport::~GlooTransport() { abort(); }

std::unique_ptr<Window> GlooTransport::window(std::span<std::byte> memory) {
  return std::make_unique<GlooWindow>(*context_, aborted_, memory);
}

/// A wait that runs out of time closes all connections of its context, at once.
void GlooTransport::abort() noexcept {
  aborted_ = true;
  try {
    context_->createUnboundBuffer(nullptr, 0)->waitRecv(milliseconds(1));
  } catch (const std::exception&) {
    return;
  }
}

}  // namespace deft::collectives
