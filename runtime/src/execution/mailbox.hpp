#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace deft {

/// What one thread tells others, again and again: letters numbered from 1. Two are kept, so that
/// the next may be written while somebody still reads the last. A short letter is one cache line
/// with its number, so that it travels at once.
class Mailbox {
 public:
  explicit Mailbox(std::size_t bytes)
      : lines_((sizeof(std::uint64_t) + bytes + sizeof(Lines) - 1) / sizeof(Lines)) {
    letters_.resize(2 * lines_);
  }

  /// Where letter `number` is written, by the owner alone, when all have read letter `number` - 2.
  std::byte* letter(std::uint64_t number) { return begin_of(number) + sizeof(std::uint64_t); }
  const std::byte* letter(std::uint64_t number) const {
    return const_cast<Mailbox*>(this)->letter(number);
  }

  /// Takes the memory of letter `number` away from those who looked for it, before it is needed.
  void prefetch(std::uint64_t number) { __builtin_prefetch(begin_of(number), 1); }

  void post(std::uint64_t number) { head_of(number).store(number, std::memory_order_release); }
  bool has(std::uint64_t number) const {
    return const_cast<Mailbox*>(this)->head_of(number).load(std::memory_order_acquire) == number;
  }

 private:
  /// Two cache lines: processors fetch the second with the first.
  struct Lines {
    alignas(128) std::byte bytes[128]{};
  };

  std::byte* begin_of(std::uint64_t number) { return letters_[number % 2 * lines_].bytes; }
  std::atomic_ref<std::uint64_t> head_of(std::uint64_t number) {
    return std::atomic_ref(*reinterpret_cast<std::uint64_t*>(begin_of(number)));
  }

  std::size_t lines_;  // of a letter
  std::vector<Lines> letters_;
};

}  // namespace deft
