#include "rendezvous/entrance.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/random.h>

namespace deft::collectives {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

using Secret = std::array<std::byte, 16>;

struct Card {
  sockaddr_storage address{};
  Secret secret{};
};

/// What a caller says first. It is answered by the caller's own secret.
struct Hello {
  Secret secret{};
  std::int32_t rank = -1;  // the caller's
};

/// Strangers may be silent for ever: so many are waited for, and then the first to come is sent
/// away for each that comes.
constexpr std::size_t most_visitors = 64;

/// Between looks whether it is all in vain.
constexpr milliseconds between_looks{20};

[[noreturn]] void fail(const char* action) {
  throw std::system_error(errno, std::generic_category(), action);
}

bool send_all(const Descriptor& socket, const void* bytes, std::size_t size) {
  return ::send(socket.file(), bytes, size, MSG_NOSIGNAL) == static_cast<ssize_t>(size);
}

/// Bytes that come one by one: never more than are asked for, since messages of Gloo's follow.
class Reader {
 public:
  /// False when the other side has closed.
  bool read(const Descriptor& socket, std::size_t size) {
    const ssize_t got = ::recv(socket.file(), bytes_.data() + count_, size - count_, 0);
    if (got > 0) count_ += static_cast<std::size_t>(got);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
  }
  std::size_t count() const { return count_; }
  const std::byte* bytes() const { return bytes_.data(); }

 private:
  std::array<std::byte, sizeof(Hello)> bytes_{};
  std::size_t count_ = 0;
};

/// Higher ranks call lower ones.
class Reception {
 public:
  Reception(const Descriptor& listener, int rank, const std::vector<std::string>& cards)
      : listener_(listener), rank_(rank), cards_(cards.size()), connections_(cards.size()) {
    for (std::size_t other = 0; other < cards.size(); ++other) {
      if (cards[other].size() != sizeof(Card)) throw Broken{.rank = static_cast<int>(other)};
      std::memcpy(&cards_[other], cards[other].data(), sizeof(Card));
    }
    for (int other = 0; other < rank; ++other) calls_.push_back(begin_call(other));
  }

  std::vector<Descriptor> run(Deadline deadline, const std::function<bool()>& is_in_vain) {
    for (int absent = first_absent(); absent >= 0; absent = first_absent()) {
      if (Clock::now() >= deadline) throw Broken{Broken::Kind::silent, absent};
      const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
      if (!step(std::clamp(left, milliseconds(0), between_looks)) && is_in_vain())
        throw Broken{.rank = absent};
    }
    return std::move(connections_);
  }

 private:
  struct Call {
    int rank = 0;  // that is called
    Descriptor socket;
    bool has_spoken = false;
    Reader answer = {};
  };
  struct Visitor {
    Descriptor socket;
    Reader hello = {};
  };

  const Card& card(int rank) const { return cards_[static_cast<std::size_t>(rank)]; }
  Descriptor& connection(int rank) { return connections_[static_cast<std::size_t>(rank)]; }

  /// A rank that is not connected; -1 if there is none.
  int first_absent() {
    for (int other = 0; other < static_cast<int>(cards_.size()); ++other)
      if (other != rank_ && !connection(other).is_open()) return other;
    return -1;
  }

  Call begin_call(int other) const {
    const sockaddr_storage& address = card(other).address;
    Descriptor socket = new_socket(address.ss_family);
    if (::connect(socket.file(), reinterpret_cast<const sockaddr*>(&address), size_of(address)) !=
            0 &&
        errno != EINPROGRESS)
      throw Broken{.rank = other};
    return {other, std::move(socket)};
  }

  /// False if nothing happens within the time.
  bool step(milliseconds time) {
    std::vector<pollfd> polled{{listener_.file(), POLLIN, 0}};
    polled.reserve(1 + calls_.size() + visitors_.size());
    for (const Call& call : calls_)
      polled.push_back(
          {call.socket.file(), static_cast<short>(call.has_spoken ? POLLIN : POLLOUT), 0});
    for (const Visitor& visitor : visitors_) polled.push_back({visitor.socket.file(), POLLIN, 0});
    if (::poll(polled.data(), polled.size(), static_cast<int>(time.count())) <= 0) return false;
    auto at = polled.cbegin();
    const bool somebody_comes = (at++)->revents != 0;
    for (Call& call : calls_)
      if ((at++)->revents != 0) go_on(call);
    for (Visitor& visitor : visitors_)
      if ((at++)->revents != 0) go_on(visitor);
    const auto is_over = [](const auto& other) { return !other.socket.is_open(); };
    std::erase_if(calls_, is_over);
    std::erase_if(visitors_, is_over);
    if (somebody_comes) let_in();
    return true;
  }

  void let_in() {
    for (;;) {
      Descriptor socket(
          ::accept4(listener_.file(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      if (!socket.is_open()) return;
      if (visitors_.size() == most_visitors) visitors_.erase(visitors_.begin());
      visitors_.push_back({std::move(socket)});
    }
  }

  void go_on(Call& call) {
    if (!call.has_spoken) {
      const Hello hello{card(call.rank).secret, rank_};
      call.has_spoken = send_all(call.socket, &hello, sizeof hello);
      if (!call.has_spoken) throw Broken{.rank = call.rank};
    } else if (!call.answer.read(call.socket, sizeof(Secret)) ||
               (call.answer.count() == sizeof(Secret) &&
                std::memcmp(call.answer.bytes(), &card(rank_).secret, sizeof(Secret)) != 0)) {
      throw Broken{.rank = call.rank};
    } else if (call.answer.count() == sizeof(Secret)) {
      connection(call.rank) = std::move(call.socket);
    }
  }

  /// Who does not know the secret, or is no rank that is waited for, is sent away.
  void go_on(Visitor& visitor) {
    Descriptor socket = std::move(visitor.socket);
    if (!visitor.hello.read(socket, sizeof(Hello))) return;
    Hello hello;
    std::memcpy(&hello, visitor.hello.bytes(), sizeof hello);
    if (visitor.hello.count() < sizeof(Hello))
      visitor.socket = std::move(socket);
    else if (hello.secret == card(rank_).secret && hello.rank > rank_ &&
             hello.rank < static_cast<int>(cards_.size()) && !connection(hello.rank).is_open() &&
             send_all(socket, &card(hello.rank).secret, sizeof(Secret)))
      connection(hello.rank) = std::move(socket);
  }

  const Descriptor& listener_;
  const int rank_;
  std::vector<Card> cards_;
  std::vector<Descriptor> connections_;
  std::vector<Call> calls_;
  std::vector<Visitor> visitors_;
};

}  // namespace

Entrance::Entrance(const std::string& address) : listener_(listen_on(address)) {
  if (!listener_.is_open()) fail("listen");
  Card card{.address = address_of(listener_)};
  if (::getrandom(card.secret.data(), card.secret.size(), 0) !=
      static_cast<ssize_t>(card.secret.size()))
    fail("getrandom");
  card_.assign(reinterpret_cast<const char*>(&card), sizeof card);
}

std::vector<Descriptor> Entrance::connect(int rank, const std::vector<std::string>& cards,
                                          Deadline deadline,
                                          const std::function<bool()>& is_in_vain) const {
  std::vector<Descriptor> connections = Reception(listener_, rank, cards).run(deadline, is_in_vain);
  for (const Descriptor& connection : connections) {
    const int on = 1;
    if (connection.is_open())
      ::setsockopt(connection.file(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  return connections;
}

}  // namespace deft::collectives
