// Strangers who connect to the ports of ranks, and what ranks leave open to them.

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <deft/collectives/collectives.hpp>
#include <deft/deft.hpp>

#include "runtime/collectives/linear_model.hpp"
#include "runtime/collectives/listening.hpp"
#include "runtime/collectives/ranks.hpp"
#include "runtime/collectives/shared_memory.hpp"
#include "support/comes_true.hpp"
#include "transport/sockets.hpp"

namespace deft {
namespace {

using collectives::Descriptor;

std::string text_of(const sockaddr_storage& place) {
  char text[INET6_ADDRSTRLEN] = {};
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  std::memcpy(&v4, &place, sizeof v4);
  std::memcpy(&v6, &place, sizeof v6);
  const bool is_v4 = place.ss_family == AF_INET;
  const void* const address = is_v4 ? static_cast<void*>(&v4.sin_addr) : &v6.sin6_addr;
  return ::inet_ntop(place.ss_family, address, text, sizeof text);
}

/// A stranger's connection; not open if it is refused.
Descriptor visit(const sockaddr_storage& place) {
  Descriptor socket(::socket(place.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(socket.file(), reinterpret_cast<const sockaddr*>(&place),
                collectives::size_of(place)) != 0)
    return {};
  return socket;
}

void say(const Descriptor& socket, const std::string& bytes) {
  CHECK(::send(socket.file(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
        static_cast<ssize_t>(bytes.size()));
}

std::string random_bytes(std::size_t size) {
  std::mt19937 random(1);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

/// What comes first in a message of Gloo's, of 4 bytes to a window that nobody has.
std::string gloo_header() {
  const std::uint64_t fields[] = {52, 1, 77, 0, 4, 0};  // bytes in all, opcode, slot, offset,
                                                        // length, offset there
  return {reinterpret_cast<const char*>(fields), sizeof fields};
}

/// Closes in a way that takes the connection away from the other end at once.
void reset(Descriptor& socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket.file(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket = Descriptor();
}

struct Stranger {
  const char* name;
  std::function<void(Descriptor&)> behave;
};

std::vector<Stranger> strangers() {
  return {{"silent", [](Descriptor&) {}},
          {"HTTP", [](Descriptor& socket) { say(socket, "GET / HTTP/1.1\r\nHost: deft\r\n\r\n"); }},
          {"random bytes", [](Descriptor& socket) { say(socket, random_bytes(4096)); }},
          {"a header of Gloo's", [](Descriptor& socket) { say(socket, gloo_header()); }},
          {"one byte", [](Descriptor& socket) { say(socket, "x"); }},
          {"closes", [](Descriptor& socket) { socket = Descriptor(); }},
          {"resets", [](Descriptor& socket) { reset(socket); }}};
}

/// 0 if the rank has met the others at once, trains with them, and meets them again.
int train(const GroupOptions& options, int size, const std::vector<float>& right) {
  const Communicator group = Communicator::connect(options);
  if (group.generation() != 1) return 1;
  const LinearModel model = linear_model(group);
  Session session(model.graph, {.threads = 1});
  session.run(global_variables_initializer(model.graph));
  session.run(model.training, {.steps = 5});
  try {
    group.exchange({});              // all have done their steps
  } catch (const RunError& error) {  // or another one has left it already
    if (error.code() != ErrorCode::unavailable) throw;
  }
  group.abort();
  session.rejoin(group);
  session.run(model.training, {.steps = 5});
  return group.size() == size && session.value(model.w).to<float>() == right ? 0 : 2;
}

/// Where rank `rank` waits for others, as soon as it does.
sockaddr_storage entrance_of(const Processes& ranks, int rank) {
  std::vector<sockaddr_storage> places;
  REQUIRE(comes_true([&] {
    places = listening(ranks.pid(rank));
    return !places.empty();
  }));
  CHECK(places.size() == 1);
  return places[0];
}

}  // namespace

TEST_CASE("strangers who come while ranks meet do no harm") {
  const std::vector<float> right = trained_weights(3, 10);
  for (const Stranger& stranger : strangers())
    for (const bool is_stopped : {false, true}) {  // it looks at the strangers late, all at once
      CAPTURE(stranger.name);
      Processes ranks(3);
      const auto body = [&](const GroupOptions& options) { return train(options, 3, right); };
      ranks.start(0, body);
      ranks.start(1, body);
      std::vector<Descriptor> open;
      for (int rank = 0; rank < 2; ++rank) {
        const sockaddr_storage place = entrance_of(ranks, rank);
        if (is_stopped) ::kill(ranks.pid(rank), SIGSTOP);
        for (int visitor = 0; visitor < 3; ++visitor) {
          Descriptor& socket = open.emplace_back(visit(place));
          CHECK(socket.is_open());
          stranger.behave(socket);
        }
      }
      ranks.start(2, body);
      for (int rank = 0; rank < 2; ++rank) ::kill(ranks.pid(rank), SIGCONT);
      CHECK(ends(ranks) == "0 0 0");
    }
}

TEST_CASE("more strangers than a rank waits for do not keep it from meeting the others") {
  const std::vector<float> right = trained_weights(2, 10);
  Processes ranks(2);
  const auto body = [&](const GroupOptions& options) { return train(options, 2, right); };
  ranks.start(0, body);
  const sockaddr_storage place = entrance_of(ranks, 0);
  std::vector<Descriptor> open;
  open.reserve(300);
  for (int visitor = 0; visitor < 300; ++visitor) open.push_back(visit(place));
  ranks.start(1, body);
  CHECK(ends(ranks) == "0 0");
}

TEST_CASE("a stranger who listens at the port of a rank that died is not taken for it") {
  const auto connect = [](const GroupOptions& options) {
    const Communicator group = Communicator::connect(options);
    group.exchange({});
    return group.generation() == 2 ? 0 : 1;
  };
  for (const bool answers : {false, true}) {
    Processes ranks(2);
    ranks.start(0, connect);
    const sockaddr_storage place = entrance_of(ranks, 0);
    REQUIRE(
        comes_true([&] { return std::filesystem::exists(ranks.store() + "/meeting/group.1.0"); }));
    ::kill(ranks.pid(0), SIGKILL);
    CHECK(ranks.result(0) == -SIGKILL);
    const Descriptor stranger(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(stranger.file(), reinterpret_cast<const sockaddr*>(&place),
                   collectives::size_of(place)) == 0);
    REQUIRE(::listen(stranger.file(), 5) == 0);
    const timeval most{.tv_sec = 30, .tv_usec = 0};
    ::setsockopt(stranger.file(), SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    ranks.start(1, connect);
    const Descriptor caller(::accept4(stranger.file(), nullptr, nullptr, SOCK_CLOEXEC));
    CHECK(caller.is_open());
    if (answers) say(caller, random_bytes(16));
    ranks.start(0, connect);
    CHECK(ends(ranks) == "0 0");
  }
}

TEST_CASE("ranks that have met listen no more, nor after they have left") {
  const SharedMemory<std::atomic<int>> are_trained;
  const SharedMemory<std::atomic<bool>> may_leave;
  const SharedMemory<std::atomic<int>> have_left;
  const SharedMemory<std::atomic<bool>> may_end;
  Processes ranks(3);
  ranks.start_all([&](const GroupOptions& options) {
    {
      const Communicator group = Communicator::connect(options);
      group.exchange({});
      ++*are_trained;
      if (!comes_true([&] { return may_leave->load(); })) return 1;
    }
    ++*have_left;
    return comes_true([&] { return may_end->load(); }) ? 0 : 2;
  });
  const auto nobody_listens = [&] {
    for (int rank = 0; rank < 3; ++rank)
      if (!listening(ranks.pid(rank)).empty()) return false;
    return true;
  };
  REQUIRE(comes_true([&] { return *are_trained == 3; }));
  CHECK(nobody_listens());
  *may_leave = true;
  REQUIRE(comes_true([&] { return *have_left == 3; }));
  CHECK(nobody_listens());
  *may_end = true;
  CHECK(ends(ranks) == "0 0 0");
}

TEST_CASE("a rank waits at the address that it was given, and nowhere else") {
  for (const std::string address : {"127.0.0.1", "127.0.0.5", "::1"}) {
    CAPTURE(address);
    if (!collectives::listen_on(address).is_open()) {
      MESSAGE("skipped, since this machine has no address ", address);
      continue;
    }
    const std::vector<float> right = trained_weights(2, 10);
    Processes ranks(2);
    const auto body = [&](GroupOptions options) {
      options.address = address;
      return train(options, 2, right);
    };
    ranks.start(0, body);
    CHECK(text_of(entrance_of(ranks, 0)) == address);
    ranks.start(1, body);
    CHECK(ends(ranks) == "0 0");
  }
}

TEST_CASE("a broken connection does not end a program that does not handle SIGPIPE") {
  for (int turn = 0; turn < 5; ++turn) {
    Processes ranks(3);
    const SharedMemory<std::atomic<int>> begun;
    ranks.start_all([&](const GroupOptions& options) {
      ::signal(SIGPIPE, SIG_DFL);
      sigset_t pipe;
      ::sigemptyset(&pipe);
      ::sigaddset(&pipe, SIGPIPE);
      ::sigprocmask(SIG_UNBLOCK, &pipe, nullptr);
      const Communicator group = Communicator::connect(options);
      const std::vector<std::byte> bytes(100'000);
      try {
        for (;; ++*begun) group.exchange(bytes);
      } catch (const RunError& error) {
        return error.code() == ErrorCode::unavailable ? 0 : 1;
      }
    });
    REQUIRE(comes_true([&] { return *begun >= 3; }));
    ::kill(ranks.pid(1), SIGKILL);
    CHECK(ends(ranks) == "0 -9 0");
  }
}

}  // namespace deft
