// Groups of processes with sockets between them, which die, stop, and come back.

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <deft/collectives/communicator.hpp>
#include <deft/core/error.hpp>
#include <deft/deft.hpp>

#include "runtime/collectives/linear_model.hpp"
#include "runtime/collectives/network/shared_memory.hpp"
#include "runtime/collectives/ranks.hpp"

namespace deft {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

/// Whether all ranks are heard, in bytes of a few lengths.
bool hears_all(const Communicator& group) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, std::size_t{5000}}) {
    const std::vector<std::byte> own(size + static_cast<std::size_t>(group.rank()));
    const auto all = group.exchange(own);
    for (std::size_t rank = 0; rank < all.size(); ++rank)
      if (all[rank].size() != size + rank) return false;
  }
  return true;
}

/// Exchanges until that fails.
std::string failure_of(const Communicator& group, std::size_t size = 100) {
  try {
    const std::vector<std::byte> own(size);
    for (;;) group.exchange(own);
  } catch (const RunError& error) {
    return error.code() == ErrorCode::unavailable ? error.what() : "";
  }
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace

TEST_CASE("processes meet, hear each other, and leave nothing behind") {
  for (const int size : {2, 3, 8}) {
    Processes ranks(size);
    ranks.start_all([&](const GroupOptions& options) {
      const Communicator group = Communicator::connect(options);
      return group.rank() == options.rank && group.size() == size && group.generation() == 1 &&
                     hears_all(group)
                 ? 0
                 : 1;
    });
    CHECK(ranks.results() == std::vector<int>(static_cast<std::size_t>(size), 0));
    CHECK(!std::filesystem::exists(ranks.options(0).store));
  }
}

TEST_CASE("a rank that is killed is an error of all others at once, and they meet its successor") {
  std::mt19937 random(1);
  for (int turn = 0; turn < 5; ++turn) {
    Processes ranks(4);
    const SharedMemory<std::atomic<int>> have_met;
    const auto survive = [&](const GroupOptions& options) {
      const Communicator group = Communicator::connect(options);
      ++*have_met;
      const std::string error = failure_of(group, group.rank() % 2 == 0 ? 100 : 100'000);
      if (error.find("closed its connection") == std::string::npos) return 1;
      group.reconnect();
      return group.generation() >= 2 && hears_all(group) ? 0 : 2;
    };
    ranks.start_all(survive);
    const auto end = Clock::now() + std::chrono::seconds(30);
    while (*have_met < 4 && Clock::now() < end) std::this_thread::sleep_for(milliseconds(1));
    REQUIRE(*have_met == 4);
    std::this_thread::sleep_for(milliseconds(random() % 50));
    const int victim = static_cast<int>(random() % 4);
    ::kill(ranks.pid(victim), SIGKILL);
    CHECK(ranks.result(victim) == -SIGKILL);
    ranks.start(victim, [](const GroupOptions& options) {
      const Communicator group = Communicator::connect(options);
      return group.generation() >= 2 && hears_all(group) ? 0 : 3;
    });
    CHECK(ends(ranks) == "0 0 0 0");
  }
}

TEST_CASE("a rank that stops for longer than the timeout is named") {
  Processes ranks(3);
  const auto exchange = [](GroupOptions options) {
    options.timeout = milliseconds(500);
    const Communicator group = Communicator::connect(options);
    if (!hears_all(group)) return 1;
    if (group.rank() == 1) ::raise(SIGSTOP);
    const auto begin = Clock::now();
    const std::string error = failure_of(group);
    if (group.rank() == 1) return error.empty() ? 2 : 0;
    if (seconds_since(begin) > 5) return 3;
    return error.find("rank 1") != std::string::npos || error.find("closed") != std::string::npos
               ? 0
               : 4;
  };
  ranks.start_all(exchange);
  CHECK(ranks.result(0) == 0);
  CHECK(ranks.result(2) == 0);
  ::kill(ranks.pid(1), SIGCONT);
  CHECK(ranks.result(1) == 0);
}

TEST_CASE("a rank that does not come is named when the time is over") {
  Processes ranks(3);
  const auto connect = [](GroupOptions options) {
    options.connect_timeout = milliseconds(300);
    try {
      Communicator::connect(options);
    } catch (const RunError& error) {
      const std::string text = error.what();
      return error.code() == ErrorCode::unavailable &&
                     text.find("of 3 ranks these did not come") != std::string::npos &&
                     text.ends_with(
                         "ms: 2; start them, or give more time by GroupOptions::connect_timeout")
                 ? 0
                 : 1;
    }
    return 2;
  };
  ranks.start(0, connect);
  ranks.start(1, connect);
  CHECK(ranks.result(0) == 0);
  CHECK(ranks.result(1) == 0);
}

TEST_CASE("a rank that comes late is waited for") {
  Processes ranks(2);
  const auto connect = [](const GroupOptions& options) {
    return hears_all(Communicator::connect(options)) ? 0 : 1;
  };
  ranks.start(0, connect);
  std::this_thread::sleep_for(milliseconds(300));
  ranks.start(1, connect);
  CHECK(ends(ranks) == "0 0");
}

TEST_CASE("ranks that disagree about their number are told so") {
  Processes ranks(2);
  ranks.start_all([](GroupOptions options) {
    options.connect_timeout = milliseconds(1000);
    if (options.rank == 1) options.size = 3;
    try {
      Communicator::connect(options);
    } catch (const RunError& error) {
      return error.code() == ErrorCode::ranks_differ ? 10 : 11;
    }
    return 12;
  });
  CHECK(ranks.result(0) == 10);
  CHECK(ranks.result(1) == 11);  // there is no rank 2
}

TEST_CASE("notes of processes that are no more do not keep others from meeting") {
  Processes ranks(2);
  const auto connect = [](const GroupOptions& options) {
    const Communicator group = Communicator::connect(options);
    std::this_thread::sleep_for(milliseconds(50));  // the other one has met it too
    ::kill(::getpid(), SIGKILL);
    return 2;
  };
  for (int turn = 0; turn < 3; ++turn) {
    ranks.start_all(connect);
    CHECK(ends(ranks) == "-9 -9");
  }
}

TEST_CASE("a store that others may write to is refused") {
  Processes ranks(2);
  GroupOptions options = ranks.options(0);
  std::filesystem::create_directory(options.store);
  ::chmod(options.store.c_str(), 0777);
  try {
    Communicator::connect(options);
    FAIL("it was taken");
  } catch (const RunError& error) {
    CHECK(error.code() == ErrorCode::file_access);
  }
}

TEST_CASE("an address that is no number, or of no machine here, is refused") {
  Processes ranks(2);
  for (const char* address : {"localhost.invalid", "192.0.2.1", "7000"}) {
    GroupOptions options = ranks.options(0);
    options.address = address;
    options.connect_timeout = milliseconds(300);
    CAPTURE(address);
    try {
      Communicator::connect(options);
      FAIL("it was taken");
    } catch (const RunError& error) {
      CHECK(error.code() == ErrorCode::invalid_argument);
    }
  }
}

TEST_CASE("programs that a rank starts do not inherit its connections") {
  Processes ranks(2);
  ranks.start_all([](const GroupOptions& options) {
    const Communicator group = Communicator::connect(options);
    if (group.rank() == 1) {  // dies, and leaves a child
      hears_all(group);
      if (::fork() == 0) ::execlp("sleep", "sleep", "5", nullptr);
      std::this_thread::sleep_for(milliseconds(200));
      ::_exit(7);
    }
    hears_all(group);
    const auto begin = Clock::now();
    return !failure_of(group).empty() && seconds_since(begin) < 3 ? 0 : 1;
  });
  CHECK(ranks.result(0) == 0);
  CHECK(ranks.result(1) == 7);
}

TEST_CASE("a child that a callback forks leaves the group alone") {
  Processes ranks(2);
  ranks.start_all([](const GroupOptions& options) {
    const Communicator group = Communicator::connect(options);
    const LinearModel model = linear_model(group);
    Session session(model.graph, {.threads = 1});
    session.run(global_variables_initializer(model.graph));
    pid_t child = -1;
    const auto fork_once = [&](const Progress& now) {
      if (now.step == 3) child = ::fork();
    };
    try {
      session.run(model.training, {.steps = 50, .on_progress = fork_once});
    } catch (const RunError& error) {
      ::_exit(child == 0 && error.code() == ErrorCode::forked ? 0 : 1);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    return status == 0 && session.value(model.training.count).item<std::int64_t>() == 50 ? 0 : 2;
  });
  CHECK(ends(ranks) == "0 0");
}

TEST_CASE("a child that was forked leaves the group alone") {
  Processes ranks(2);
  ranks.start_all([](const GroupOptions& options) {
    int status = 1;
    {
      const Communicator group = Communicator::connect(options);
      if (::fork() == 0) {
        try {
          group.exchange({});
        } catch (const RunError& error) {
          ::_exit(error.code() == ErrorCode::forked ? 0 : 1);
        }
        ::_exit(2);
      }
      ::wait(&status);
      if (!hears_all(group)) return 3;
    }
    return status;
  });
  CHECK(ends(ranks) == "0 0");
}

}  // namespace deft
