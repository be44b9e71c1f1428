#include "kernels/environment/blocked_signals.hpp"

#include <initializer_list>

#include <doctest/doctest.h>

#include "support/signals.hpp"

namespace deft {
namespace {

TEST_CASE("signals from outside wait for the end of a guard") {
  const sigset_t before = blocked_signals();
  for (const auto extent : {BlockedSignals::Extent::ordinary, BlockedSignals::Extent::all}) {
    {
      const BlockedSignals guard(extent);
      const sigset_t blocked = blocked_signals();
      for (const int signal : signals_from_outside()) CHECK(sigismember(&blocked, signal) == 1);
      for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS})
        CHECK(sigismember(&blocked, signal) == sigismember(&before, signal));
    }
    const sigset_t after = blocked_signals();
    for (int signal = 1; signal < SIGRTMAX; ++signal)
      CHECK(sigismember(&after, signal) == sigismember(&before, signal));
  }
}

}  // namespace
}  // namespace deft
