#include "watch.hpp"

#include <algorithm>
#include <chrono>

#include "numerics.hpp"

namespace deft {
namespace {

constexpr double check_after_nanoseconds = 50e3;  // of estimated work, since a look at the clock
constexpr std::chrono::microseconds longest_chunk{500};  // of the blocks of one instruction

}  // namespace

void WatchedThread::count_towards_check(double nanoseconds) {
  unchecked_nanoseconds_ += nanoseconds;
  if (unchecked_nanoseconds_ < check_after_nanoseconds) return;
  unchecked_nanoseconds_ = 0;
  watch_.interrupt->check();
}

void WatchedThread::run_interruptibly(const Instruction& instruction, std::int64_t begin,
                                      std::int64_t end) {
  const KernelArgs args = frame_.args(instruction, watch_.interrupt, thread_);
  if (instruction.blocks == 1) {
    count_towards_check(instruction.nanoseconds);
    instruction.run(instruction.state, args, begin, end);
    return watch_.interrupt->check_told();
  }
  // The estimate of a user's kernel may be far from the truth: how many blocks fit between two
  // looks at the clock, the clock tells.
  std::int64_t chunk = 1;
  RunInterrupt::Clock::time_point start = RunInterrupt::Clock::now();
  while (begin < end) {
    watch_.interrupt->check();
    const std::int64_t last = end - begin > chunk ? begin + chunk : end;
    instruction.run(instruction.state, args, begin, last);
    watch_.interrupt->check_told();
    const RunInterrupt::Clock::time_point now = RunInterrupt::Clock::now();
    chunk = now - start < longest_chunk / 2 ? chunk * 2 : std::max<std::int64_t>(chunk / 2, 1);
    begin = last;
    start = now;
  }
}

Recorder::Time WatchedThread::start() const {
  return watch_.recorder != nullptr ? Recorder::now() : Recorder::Time{};
}

void WatchedThread::compute(const Instruction& instruction, std::int64_t begin, std::int64_t end) {
  if (watch_.interrupt != nullptr)
    run_interruptibly(instruction, begin, end);
  else
    instruction.run(instruction.state, frame_.args(instruction, nullptr, thread_), begin, end);
}

void WatchedThread::complete(std::uint32_t instruction) {
  const Instruction& i = plan_.instructions[instruction];
  i.combine(frame_.args(i, watch_.interrupt, thread_));
  if (watch_.interrupt != nullptr) watch_.interrupt->check_told();
  if (watch_.check_numerics) check_numerics(plan_, frame_, instruction, watch_.interrupt);
}

void WatchedThread::run_blocks(std::uint32_t instruction, std::int64_t begin, std::int64_t end) {
  const Recorder::Time since = start();
  compute(plan_.instructions[instruction], begin, end);
  if (watch_.recorder != nullptr) watch_.recorder->add(thread_, instruction, since);
}

void WatchedThread::finish(std::uint32_t instruction) {
  const Recorder::Time since = start();
  complete(instruction);
  if (watch_.recorder == nullptr) return;
  if (plan_.instructions[instruction].finish != nullptr || watch_.check_numerics)
    watch_.recorder->add(thread_, instruction, since);
  watch_.recorder->count(thread_, instruction);
}

void WatchedThread::execute(std::uint32_t instruction) {
  const Instruction& i = plan_.instructions[instruction];
  const Recorder::Time since = start();
  compute(i, 0, i.blocks);
  complete(instruction);
  if (watch_.recorder == nullptr) return;
  watch_.recorder->add(thread_, instruction, since);
  watch_.recorder->count(thread_, instruction);
}

}  // namespace deft
