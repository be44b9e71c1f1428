#include "execution/run_steps.hpp"

#include <chrono>
#include <clocale>
#include <string>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

namespace deft {
namespace {

TEST_CASE("a timeout is written alike in every locale that there is") {
  const std::string before = std::setlocale(LC_NUMERIC, nullptr);
  for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "C"}) {
    if (std::setlocale(LC_NUMERIC, name) == nullptr) continue;
    const RunInterrupt interrupt({}, std::chrono::nanoseconds(0));
    CHECK(interrupt.is_due());
    const auto text = [&](std::chrono::nanoseconds timeout) {
      return interruption(interrupt, {.timeout = timeout}, 0).info().message;
    };
    using std::chrono::nanoseconds;
    CHECK(text(nanoseconds(20'500'000)) ==
          "the run has used up its timeout of 20.5 ms after 0 of 1 step");
    CHECK(text(nanoseconds(3'000'000)) ==
          "the run has used up its timeout of 3 ms after 0 of 1 step");
  }
  std::setlocale(LC_NUMERIC, before.c_str());
}

}  // namespace
}  // namespace deft
