#include "child.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.hpp"

namespace deft::benchmark {
namespace {

constexpr const char* this_program = "/proc/self/exe";

void check(int error, const char* call) {
  if (error != 0) throw std::system_error(error, std::generic_category(), call);
}

/// Reads until the writer has closed its end.
std::string read_all(int file) {
  std::string text;
  char buffer[4096];
  ssize_t count = 0;
  while ((count = read(file, buffer, sizeof buffer)) > 0)
    text.append(buffer, static_cast<std::size_t>(count));
  return text;
}

/// Starts `words` with its standard output going to `output`.
pid_t spawn(std::vector<std::string>& words, int output) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  check(posix_spawn_file_actions_init(&actions), "posix_spawn_file_actions_init");
  int error = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t pid = 0;
  if (error == 0) error = posix_spawn(&pid, this_program, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  check(error, "posix_spawn");
  return pid;
}

}  // namespace

ChildResult run_child(std::string_view mode, const std::vector<std::int64_t>& arguments) {
  std::vector<std::string> words{this_program, "--child", std::string(mode)};
  for (const std::int64_t argument : arguments) words.push_back(std::to_string(argument));
  int ends[2];
  check(pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno, "pipe2");

  const Stopwatch stopwatch;
  const pid_t pid = spawn(words, ends[1]);
  close(ends[1]);
  const std::string text = read_all(ends[0]);
  int status = 0;
  waitpid(pid, &status, 0);
  ChildResult result{.seconds = stopwatch.seconds(), .numbers = {}};
  close(ends[0]);

  if (status != 0) throw std::runtime_error("the child " + std::string(mode) + " failed");
  std::istringstream stream(text);
  for (double number = 0; stream >> number;) result.numbers.push_back(number);
  return result;
}

void be_child(std::span<const ChildMode> modes, const std::vector<std::string>& words) {
  const auto mode = std::find_if(modes.begin(), modes.end(),
                                 [&](const ChildMode& m) { return m.name == words.at(0); });
  if (mode == modes.end()) throw std::runtime_error("no child is called " + words.at(0));
  std::vector<std::int64_t> arguments;
  for (std::size_t i = 1; i < words.size(); ++i) arguments.push_back(std::stoll(words[i]));
  for (const double number : mode->run(arguments)) std::printf("%.17g\n", number);
}

}  // namespace deft::benchmark
