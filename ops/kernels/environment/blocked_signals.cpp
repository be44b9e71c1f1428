#include "blocked_signals.hpp"

#include <cstddef>
#include <cstring>
#include <initializer_list>

#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace deft {
namespace {

/// Blocks `set`, in addition to what is blocked or in place of it. The C library's own function
/// would leave out the signals that the library keeps for itself.
void change(int how, const sigset_t& set, sigset_t* before) {
#ifdef __linux__
  constexpr std::size_t bytes = 8;  // of the set: Linux has 64 signals
  static_cast<void>(::syscall(SYS_rt_sigprocmask, how, &set, before, bytes));
#else
  pthread_sigmask(how, &set, before);
#endif
}

sigset_t set_of(BlockedSignals::Extent extent) {
  sigset_t set;
  sigfillset(&set);
  if (extent == BlockedSignals::Extent::all) std::memset(&set, 0xFF, sizeof(set));
  for (const int raised : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS})
    sigdelset(&set, raised);
  return set;
}

}  // namespace

BlockedSignals::BlockedSignals(Extent extent) {
  sigemptyset(&outer_);
  change(SIG_BLOCK, set_of(extent), &outer_);
}

BlockedSignals::~BlockedSignals() { change(SIG_SETMASK, outer_, nullptr); }

}  // namespace deft
