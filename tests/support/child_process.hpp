#pragma once

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace deft {

/// What became of a child process: its exit status, or 128 + n if signal n killed it.
inline int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) throw std::runtime_error("no such child");
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// What `body` returns in a forked child process: its exit status. Exceptions are 99.
template <class Body>
int status_of_fork(Body body) {
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child != 0) return wait_for(child);
  int status = 99;
  try {
    status = body();
  } catch (...) {
  }
  ::_exit(status);
}

/// What `body` returns in a forked child process to which the system can forbid files: nothing is
/// forbidden to root, who becomes nobody there. 98 if that is refused.
template <class Body>
int status_of_fork_without_rights(Body body) {
  return status_of_fork(
      [&] { return ::geteuid() == 0 && ::setuid(65534) != 0 ? 98 : static_cast<int>(body()); });
}

/// The exit status of this program when it runs the one test case of that name in a new process.
/// Such test cases are marked doctest::skip(), so that they run in no other way.
inline int status_of_test(const std::string& name) {
  std::vector<std::string> words{"/proc/self/exe", "--no-skip", "--test-case=" + name};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (::posix_spawn(&child, arguments[0], nullptr, nullptr, arguments.data(), ::environ) != 0)
    throw std::runtime_error("cannot run " + words[0]);
  return wait_for(child);
}

/// The threads of this process. One that was joined may still be counted for a moment.
inline std::ptrdiff_t count_threads() {
  // With the first one a sanitizer may start one of its own.
  static const bool began = (std::thread([] {}).join(), true);
  static_cast<void>(began);
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"),
                       std::filesystem::directory_iterator());
}

/// True once this process has no more than `count` threads; false if that takes very long.
inline bool soon_has_threads(std::ptrdiff_t count) {
  for (int i = 0; i < 10000; ++i) {
    if (count_threads() <= count) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

}  // namespace deft
