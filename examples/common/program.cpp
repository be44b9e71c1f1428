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

}  // namespace

void warn(const char* name, const std::string& message) { print(name, "warning: " + message); }

int run_program(const char* name, int argc, char** argv,
                void (*run)(std::span<const char* const> arguments)) {
  try {
    run({argv + std::min(argc, 1), argv + argc});
    return 0;
  } catch (const TrainingError& error) {
    return fail(name, error.what(), 1);
  } catch (const std::bad_alloc&) {
    return fail(name, "not enough memory", 2);
  } catch (const std::exception& error) {
    return fail(name, error.what(), 2);
  }
}

}  // namespace examples
