#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

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

/// Runs a program, found in PATH unless it has a slash, with its output in files: never a terminal.
/// Its standard output goes to `out_path` if that is given.
inline Outcome run(std::vector<std::string> words, std::string out_path = {}) {
  const deft::TempFolder folder;
  if (out_path.empty()) out_path = folder / "out";
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out_path.c_str(), O_WRONLY | O_CREAT,
                                     0600);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, (folder / "err").c_str(),
                                     O_WRONLY | O_CREAT, 0600);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), ::environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot run " + words[0]);

  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
  }
  const bool goes_elsewhere = !folder.names().contains("out");
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          goes_elsewhere ? "" : folder.read("out"), folder.read("err")};
}

}  // namespace examples
