// How ranks let each other in, and nobody else.

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/socket.h>

#include <doctest/doctest.h>

#include "rendezvous/entrance.hpp"

namespace deft::collectives {
namespace {

using std::chrono::milliseconds;

Deadline in(milliseconds time) { return std::chrono::steady_clock::now() + time; }

bool never() { return false; }

/// How `connect` of an entrance ends; aborted where it succeeds.
Broken::Kind failure(const Entrance& entrance, int rank, const std::vector<std::string>& cards,
                     milliseconds time, const std::function<bool()>& is_in_vain = never) {
  try {
    entrance.connect(rank, cards, in(time), is_in_vain);
  } catch (const Broken& broken) {
    CHECK(broken.rank >= 0);
    CHECK(broken.rank != rank);
    return broken.kind;
  }
  return Broken::Kind::aborted;
}

/// The byte that comes next, within a time.
int next_byte(const Descriptor& socket) {
  pollfd polled{socket.file(), POLLIN, 0};
  unsigned char byte = 0;
  if (::poll(&polled, 1, 10'000) != 1 || ::recv(socket.file(), &byte, 1, 0) != 1) return -1;
  return byte;
}

}  // namespace

TEST_CASE("ranks that have each other's cards are connected") {
  constexpr int size = 5;
  std::vector<Entrance> entrances;
  std::vector<std::string> cards;
  entrances.reserve(size);
  cards.reserve(size);
  for (int rank = 0; rank < size; ++rank) {
    entrances.emplace_back("127.0.0.1");
    cards.push_back(entrances.back().card());
  }
  std::vector<std::vector<Descriptor>> sockets(size);
  std::vector<std::thread> threads;
  threads.reserve(size);
  for (int rank = 0; rank < size; ++rank)
    threads.emplace_back([&, rank] {
      const auto self = static_cast<std::size_t>(rank);
      sockets[self] = entrances[self].connect(rank, cards, in(std::chrono::seconds(20)), never);
    });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t from = 0; from < size; ++from)
    for (std::size_t to = 0; to < size; ++to) {
      CHECK(sockets[from][to].is_open() == (from != to));
      const auto byte = static_cast<unsigned char>(10 * from + to);
      if (from != to) CHECK(::send(sockets[from][to].file(), &byte, 1, MSG_NOSIGNAL) == 1);
    }
  for (std::size_t from = 0; from < size; ++from)
    for (std::size_t to = 0; to < size; ++to)
      if (from != to) CHECK(next_byte(sockets[to][from]) == static_cast<int>(10 * from + to));
}

TEST_CASE("who has the card of another entrance is not let in") {
  const Entrance first("127.0.0.1");
  const Entrance second("127.0.0.1");
  const Entrance other("127.0.0.1");
  CHECK(first.card() != second.card());
  std::string mixed = other.card();  // the secret, at the end, of another place
  mixed.replace(0, mixed.size() - 16, first.card(), 0, mixed.size() - 16);
  constexpr auto long_time = std::chrono::seconds(60);
  std::atomic<bool> is_refused{false};
  Broken::Kind waiting{};
  std::thread thread([&] {
    waiting = failure(first, 0, {first.card(), second.card()}, long_time,
                      [&] { return is_refused.load(); });
  });
  CHECK(failure(second, 1, {mixed, second.card()}, long_time) == Broken::Kind::closed);
  is_refused = true;
  thread.join();
  CHECK(waiting == Broken::Kind::closed);  // it has waited in vain
}

TEST_CASE("ranks that are not there are an error at the deadline, or as soon as it is in vain") {
  const Entrance entrance("127.0.0.1");
  std::string gone;
  {
    const Entrance short_lived("127.0.0.1");
    gone = short_lived.card();
  }
  const std::vector<std::string> below{gone, entrance.card()};
  const std::vector<std::string> above{entrance.card(), gone};
  constexpr auto long_time = std::chrono::seconds(60);
  CHECK(failure(entrance, 1, below, long_time) == Broken::Kind::closed);  // nobody listens there
  CHECK(failure(entrance, 0, above, milliseconds(50)) == Broken::Kind::silent);
  CHECK(failure(entrance, 0, above, long_time, [] { return true; }) == Broken::Kind::closed);
  CHECK(failure(entrance, 0, {entrance.card(), "no card"}, long_time) == Broken::Kind::closed);
}

}  // namespace deft::collectives
