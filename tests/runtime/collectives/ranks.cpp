#include "runtime/collectives/ranks.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <mutex>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "transport/thread_transport.hpp"

namespace deft {
namespace {

void on_threads(int size, const std::function<void(int rank)>& body) {
  std::mutex mutex;
  std::exception_ptr first;
  std::vector<std::thread> threads;
  for (int rank = 0; rank < size; ++rank)
    threads.emplace_back([&, rank] {
      try {
        body(rank);
      } catch (...) {
        const std::scoped_lock lock(mutex);
        if (!first) first = std::current_exception();
      }
    });
  for (std::thread& thread : threads) thread.join();
  if (first) std::rethrow_exception(first);
}

constexpr int killed = -1000;

}  // namespace

void in_threads(int size, const std::function<void(const Communicator&)>& body,
                const GroupOptions& options) {
  const std::vector<Communicator> group = Communicator::in_threads(size, options);
  on_threads(size, [&](int rank) { body(group[static_cast<std::size_t>(rank)]); });
}

void over_threads(int size, const std::function<void(collectives::Transport&)>& body) {
  const auto exchange = std::make_shared<collectives::Exchange>();
  std::vector<std::unique_ptr<collectives::ThreadTransport>> transports;
  for (int rank = 0; rank < size; ++rank)
    transports.push_back(std::make_unique<collectives::ThreadTransport>(exchange, rank, size));
  on_threads(size, [&](int rank) { body(*transports[static_cast<std::size_t>(rank)]); });
}

Processes::Processes(int size) : pids_(static_cast<std::size_t>(size), -1) {
  std::string pattern = std::filesystem::temp_directory_path() / "deft-ranks-XXXXXX";
  store_ = ::mkdtemp(pattern.data());
}

Processes::~Processes() {
  for (const pid_t pid : pids_)
    if (pid > 0) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
    }
  std::filesystem::remove_all(store_);
}

GroupOptions Processes::options(int rank) const {
  GroupOptions options;
  options.rank = rank;
  options.size = static_cast<int>(pids_.size());
  options.store = store_ + "/meeting";
  options.address = "127.0.0.1";
  options.connect_timeout = std::chrono::seconds(20);
  options.timeout = std::chrono::seconds(20);
  return options;
}

void Processes::start(int rank, const std::function<int(const GroupOptions&)>& body) {
  std::fflush(nullptr);
  const pid_t pid = ::fork();
  if (pid == 0) {
    int status = 99;
    try {
      status = body(options(rank));
    } catch (const std::exception& error) {
      std::fprintf(stderr, "rank %d: %s\n", rank, error.what());
    }
    std::fflush(nullptr);
    ::_exit(status);
  }
  pids_[static_cast<std::size_t>(rank)] = pid;
}

void Processes::start_all(const std::function<int(const GroupOptions&)>& body) {
  for (int rank = 0; rank < static_cast<int>(pids_.size()); ++rank) start(rank, body);
}

int Processes::result(int rank) {
  pid_t& pid = pids_[static_cast<std::size_t>(rank)];
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  int status = 0;
  while (::waitpid(pid, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > end) {
      ::kill(pid, SIGKILL);
      ::waitpid(pid, nullptr, 0);
      pid = -1;
      return killed;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  pid = -1;
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

std::vector<int> Processes::results() {
  std::vector<int> all;
  for (int rank = 0; rank < static_cast<int>(pids_.size()); ++rank) all.push_back(result(rank));
  return all;
}

std::string ends(Processes& ranks) {
  std::string text;
  for (const int result : ranks.results())
    text += (text.empty() ? "" : " ") + std::to_string(result);
  return text;
}

}  // namespace deft
