#include "transport/gloo_transport.hpp"

#include <algorithm>
#include <deque>
#include <exception>

#include <gloo/transport/address.h>
#include <gloo/transport/context.h>
#include <gloo/transport/device.h>
#include <gloo/transport/pair.h>
#include <gloo/transport/tcp/device.h>
#include <gloo/transport/unbound_buffer.h>

#include "kernels/environment/blocked_signals.hpp"
#include "transport/sockets.hpp"

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

}  // namespace

/// The thread that the device starts inherits which signals are blocked. It must not run handlers
/// of the program's, nor end the process by SIGPIPE.
std::shared_ptr<gloo::transport::Device> listen_on(const std::string& address) {
  const BlockedSignals inherited(BlockedSignals::Extent::ordinary);
  return gloo::transport::tcp::CreateDevice(gloo::transport::tcp::attr(address.c_str()));
}

GlooTransport::GlooTransport(std::shared_ptr<gloo::transport::Device> device, int of_rank,
                             int of_size, milliseconds timeout)
    : Transport(of_rank, of_size),
      device_(std::move(device)),
      context_(device_->createContext(of_rank, of_size)) {
  context_->setTimeout(std::max(timeout / 5, milliseconds(1)));  // Gloo waits five times as long
  for (int peer = 0; peer < size; ++peer) {
    if (peer == rank) continue;
    const std::vector<char> address = context_->createPair(peer)->address().bytes();
    addresses_.append(address.begin(), address.end());
    address_size_ = address.size();
  }
}

GlooTransport::~GlooTransport() { abort(); }

std::string GlooTransport::address_of(const std::vector<std::string>& all, int listener,
                                      int caller) const {
  const int place = caller < listener ? caller : caller - 1;
  return all[static_cast<std::size_t>(listener)].substr(
      static_cast<std::size_t>(place) * address_size_, address_size_);
}

void GlooTransport::connect(const std::vector<std::string>& all) {
  for (int peer = 0; peer < size; ++peer) {
    if (peer == rank) continue;
    const std::string address = address_of(all, peer, rank);
    try {
      context_->getPair(peer)->connect({address.begin(), address.end()});
    } catch (const std::exception&) {
      throw Broken{Broken::Kind::closed, peer};
    }
  }
  close_on_exec(all);
}

/// A program that this process starts would hold the connections of this rank open when it dies.
void GlooTransport::close_on_exec(const std::vector<std::string>& all) const {
  std::vector<std::string> ends;
  for (int peer = 0; peer < size; ++peer) {
    if (peer == rank) continue;
    ends.push_back(address_of(all, rank, peer));
    ends.push_back(address_of(all, peer, rank));
  }
  close_sockets_on_exec(ends);
}

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
