#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "examples/text.hpp"
#include "support/child_process.hpp"
#include "support/data_path.hpp"
#include "support/temp_folder.hpp"

namespace examples {

/// What a program did.
struct Outcome {
  int status = 0;  // 128 + n: killed by signal n
  std::string out;
  std::string err;

  /// True if it wrote nothing but one line, to the standard error.
  bool is_one_line_of_error() const {
    return out.empty() && !err.empty() && err.find('\n') == err.size() - 1;
  }
};

/// Starts a program, found in PATH unless it has a slash, and does not wait for it: see
/// deft::wait_for. Its output goes to files, never to a terminal; that of errors where this
/// program's goes, if no file is given.
inline pid_t start(std::vector<std::string> words, const std::string& out_path,
                   const std::string& err_path = {}) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  const auto send = [&](int descriptor, const std::string& path) {
    ::posix_spawn_file_actions_addopen(&actions, descriptor, path.c_str(), O_WRONLY | O_CREAT,
                                       0600);
  };
  send(STDOUT_FILENO, out_path);
  if (!err_path.empty()) send(STDERR_FILENO, err_path);
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), ::environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot run " + words[0]);
  return child;
}

/// Runs a program as `start` does, to its end. Its standard output goes to `out_path` if that is
/// given.
inline Outcome run(const std::vector<std::string>& words, const std::string& out_path = {}) {
  const deft::TempFolder folder;
  const bool goes_elsewhere = !out_path.empty();
  const pid_t child = start(words, goes_elsewhere ? out_path : folder / "out", folder / "err");
  const int status = deft::wait_for(child);
  return {status, goes_elsewhere ? "" : folder.read("out"), folder.read("err")};
}

/// Checks that a program has failed with one line of error, its name and, somewhere, `text`.
inline void check_failed(const Outcome& outcome, int status, const std::string& program,
                         const std::string& text) {
  CAPTURE(outcome.out);
  CAPTURE(outcome.err);
  CAPTURE(text);
  CHECK(outcome.status == status);
  CHECK(outcome.is_one_line_of_error());
  CHECK(outcome.err.starts_with(program + ": "));
  CHECK(has(outcome.err, text));
}

}  // namespace examples
