#include <deft/collectives/communicator.hpp>

#include <barrier>
#include <chrono>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <deft/core/error.hpp>

#include "runtime/collectives/ranks.hpp"

namespace deft {
namespace {

std::vector<std::byte> bytes(const std::string& text) {
  const auto view = std::as_bytes(std::span(text));
  return {view.begin(), view.end()};
}

std::string text(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::vector<std::string> texts(const std::vector<std::vector<std::byte>>& all) {
  std::vector<std::string> texts;
  for (const auto& each : all) texts.push_back(text(each));
  return texts;
}

/// What a rank says: of very different lengths, some empty.
std::string said(int rank, int turn) {
  return std::string(static_cast<std::size_t>(rank * turn * 97 % 3000),
                     static_cast<char>('a' + rank));
}

void check_exchanges(const Communicator& group) {
  for (int turn = 0; turn < 20; ++turn) {
    std::vector<std::string> right;
    for (int rank = 0; rank < group.size(); ++rank) right.push_back(said(rank, turn));
    CHECK(texts(group.exchange(bytes(said(group.rank(), turn)))) == right);
  }
}

/// The error of an exchange that fails.
std::string error_of(const Communicator& group) {
  try {
    group.exchange({});
  } catch (const RunError& error) {
    CHECK(error.code() == ErrorCode::unavailable);
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a group of one needs nobody") {
  const Communicator group = Communicator::connect({.rank = 0, .size = 1});
  CHECK(group.rank() == 0);
  CHECK(group.size() == 1);
  CHECK(group.generation() == 1);
  CHECK(group.is_connected());
  CHECK(texts(group.exchange(bytes("alone"))) == std::vector<std::string>{"alone"});
  group.reconnect();
  CHECK(group.generation() == 2);
}

TEST_CASE("every rank learns what all say, in their order") {
  for (const int size : {1, 2, 3, 5, 8})
    in_threads(size, [&](const Communicator& group) {
      CHECK(group.size() == size);
      check_exchanges(group);
    });
}

TEST_CASE("an abort fails all ranks, in what they wait for and from then on") {
  std::barrier all_have_heard(3);
  in_threads(3, [&](const Communicator& group) {
    check_exchanges(group);
    all_have_heard.arrive_and_wait();
    if (group.rank() == 1) {
      group.abort();
      CHECK(contains(error_of(group), "this rank has left it, or an earlier collective failed"));
    } else {
      CHECK(contains(error_of(group), "rank 1 closed its connection"));
    }
    CHECK(!group.is_connected());
    CHECK(contains(error_of(group), "the group is broken"));
  });
}

TEST_CASE("another thread's abort ends a wait") {
  in_threads(2, [](const Communicator& group) {
    if (group.rank() == 1) return;
    std::thread other([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      group.abort();
    });
    CHECK(contains(error_of(group), "exchange"));
    other.join();
  });
}

TEST_CASE("a rank that does not come is named when the time is over") {
  in_threads(3,
             [](const Communicator& group) {
               if (group.rank() != 2)
                 CHECK(contains(error_of(group), group.rank() == 0 ? "rank " : "rank "));
             },
             {.timeout = std::chrono::milliseconds(50)});
}

TEST_CASE("the ranks meet again after a failure") {
  std::barrier all_have_heard(4);
  in_threads(4, [&](const Communicator& group) {
    for (int generation = 1; generation < 5; ++generation) {
      CHECK(group.generation() == generation);
      check_exchanges(group);
      all_have_heard.arrive_and_wait();
      if (group.rank() == generation % 4) group.abort();
      error_of(group);
      group.reconnect();
      CHECK(group.is_connected());
    }
  });
}

TEST_CASE("who waits in vain for others to meet again is told who is missing") {
  in_threads(3,
             [](const Communicator& group) {
               group.abort();
               if (group.rank() == 2) return;
               try {
                 group.reconnect();
                 FAIL("it met");
               } catch (const RunError& error) {
                 CHECK(error.code() == ErrorCode::unavailable);
                 CHECK(contains(error.what(), "of 3 ranks these did not come"));
                 CHECK(contains(error.what(), "2"));
               }
             },
             {.connect_timeout = std::chrono::milliseconds(200)});
}

TEST_CASE("what one rank does for all succeeds or fails for all") {
  in_threads(3, [](const Communicator& group) {
    int done = 0;
    group.once([&] { ++done; });
    CHECK(done == (group.rank() == 0 ? 1 : 0));
    const auto fail = [] { throw std::runtime_error("the disk is full"); };
    if (group.rank() == 2) {
      CHECK_THROWS_WITH_AS(group.once(fail, 2), "the disk is full", std::runtime_error);
    } else {
      try {
        group.once(fail, 2);
        FAIL("it succeeded");
      } catch (const RunError& error) {
        CHECK(error.code() == ErrorCode::kernel_failure);
        CHECK(contains(error.what(), "rank 2 failed: the disk is full"));
      }
    }
    CHECK(group.is_connected());
    check_exchanges(group);
  });
}

TEST_CASE("a group of no rank is refused") {
  CHECK_THROWS_AS(Communicator::in_threads(0), RunError);
}

}  // namespace deft
