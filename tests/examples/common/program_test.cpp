#include "common/program.hpp"

#include <doctest/doctest.h>

#include <new>
#include <string_view>

#include "common/errors.hpp"

namespace examples {
namespace {

int status_of(void (*run)(std::span<const char* const> arguments)) {
  char name[] = "program";
  char argument[] = "--rows";
  char* argv[] = {name, argument, nullptr};
  return run_program("a test", 2, argv, run);
}

}  // namespace

TEST_CASE("the exit status says how a program ended") {
  CHECK(status_of([](std::span<const char* const> arguments) {
          CHECK(arguments.size() == 1);
          CHECK(std::string_view(arguments[0]) == "--rows");
        }) == 0);
  CHECK(status_of([](auto) { throw TrainingError("expected: exit status 1"); }) == 1);
  CHECK(status_of([](auto) { throw UserError("expected: exit status 2"); }) == 2);
  CHECK(status_of([](auto) { throw std::bad_alloc(); }) == 2);
}

TEST_CASE("a program may succeed with a status of its own") {
  char name[] = "program";
  char* argv[] = {name, nullptr};
  CHECK(run_program("a test", 1, argv, [](std::span<const char* const>) { return 3; }) == 3);
}

TEST_CASE("a program without a name of its own has no arguments") {
  char* argv[] = {nullptr};
  CHECK(run_program("a test", 0, argv, [](auto arguments) { CHECK(arguments.empty()); }) == 0);
}

}  // namespace examples
