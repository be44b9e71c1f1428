#include "program.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "errors.hpp"

namespace examples {
namespace {

void print(const char* name, std::string message) {
  std::replace(message.begin(), message.end(), '\n', ' ');
  std::fprintf(stderr, "%s: %s\n", name, message.c_str());
}

int fail(const char* name, const std::string& message, int status) {
  print(name, message);
  return status;
}

std::span<const char* const> arguments_of(int argc, char** argv) {
  return {argv + std::min(argc, 1), argv + argc};
}

/// The exit status that `run` returns, or that of what it throws.
template <class Run>
int caught(const char* name, const Run& run) {
  try {
    return run();
  } catch (const TrainingError& error) {
    return fail(name, error.what(), 1);
  } catch (const std::bad_alloc&) {
    return fail(name, "not enough memory", 2);
  } catch (const std::exception& error) {
    return fail(name, error.what(), 2);
  }
}

}  // namespace

void warn(const char* name, const std::string& message) { print(name, "warning: " + message); }

void print_error(const char* name, const std::string& message) { print(name, message); }

int run_program(const char* name, int argc, char** argv,
                int (*run)(std::span<const char* const> arguments)) {
  return caught(name, [&] { return run(arguments_of(argc, argv)); });
}

int run_program(const char* name, int argc, char** argv,
                void (*run)(std::span<const char* const> arguments)) {
  return caught(name, [&] {
    run(arguments_of(argc, argv));
    return 0;
  });
}

}  // namespace examples
