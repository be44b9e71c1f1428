#pragma once

#include <pthread.h>
#include <sys/time.h>
#include <ucontext.h>

#include <atomic>
#include <csignal>
#include <cstddef>
#include <stdexcept>
#include <vector>

namespace deft {

/// What this thread blocks.
inline sigset_t blocked_signals() {
  sigset_t set;
  sigemptyset(&set);
  pthread_sigmask(SIG_BLOCK, nullptr, &set);
  return set;
}

/// Some signals that other threads and processes send.
inline std::vector<int> signals_from_outside() {
  return {SIGALRM, SIGCHLD, SIGHUP,  SIGINT,   SIGPROF,  SIGQUIT,
          SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH, SIGRTMIN, SIGRTMAX};
}

/// While it lives, a signal interrupts this thread every 200 microseconds. Its handler, which has a
/// stack of its own, counts how often it came, and how often the stack pointer of what it
/// interrupted was outside this thread's stack. One at a time.
class StackSampler {
 public:
  StackSampler() : stack_(1 << 16) {
    find_stack();
    const stack_t alternate{.ss_sp = stack_.data(), .ss_flags = 0, .ss_size = stack_.size()};
    struct sigaction action {};
    action.sa_sigaction = sample;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    if (sigaltstack(&alternate, &outer_stack_) != 0 || sigaction(SIGALRM, &action, &outer_) != 0)
      throw std::runtime_error("no handler");
    set_interval(200);
  }
  ~StackSampler() {
    set_interval(0);
    sigaction(SIGALRM, &outer_, nullptr);
    sigaltstack(&outer_stack_, nullptr);
  }
  StackSampler(const StackSampler&) = delete;
  StackSampler& operator=(const StackSampler&) = delete;

  static long samples() { return samples_; }
  static long outside() { return outside_; }

 private:
  static void sample(int, siginfo_t*, void* context) {
#ifdef __x86_64__
    const auto pointer =
        static_cast<std::size_t>(static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RSP]);
    if (pointer < begin_ || pointer >= end_) ++outside_;
#else
    static_cast<void>(context);
#endif
    ++samples_;
  }

  static void find_stack() {
    pthread_attr_t attributes;
    void* begin = nullptr;
    std::size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) throw std::runtime_error("no stack");
    pthread_attr_getstack(&attributes, &begin, &size);
    pthread_attr_destroy(&attributes);
    begin_ = reinterpret_cast<std::size_t>(begin);
    end_ = begin_ + size;
    samples_ = 0;
    outside_ = 0;
  }

  static void set_interval(long microseconds) {
    const timeval every{0, microseconds};
    const itimerval timer{every, every};
    setitimer(ITIMER_REAL, &timer, nullptr);
  }

  static inline std::size_t begin_ = 0;
  static inline std::size_t end_ = 0;
  static inline std::atomic<long> samples_{0};
  static inline std::atomic<long> outside_{0};

  std::vector<std::byte> stack_;
  stack_t outer_stack_{};
  struct sigaction outer_ {};
};

}  // namespace deft
