#include "execution/mailbox.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

namespace deft {
namespace {

TEST_CASE("a letter is there when it has been posted, and the one before stays") {
  Mailbox mailbox(sizeof(int));
  for (int number = 1; number <= 5; ++number) {
    const auto letter = static_cast<std::uint64_t>(number);
    CHECK_FALSE(mailbox.has(letter));
    mailbox.prefetch(letter);
    std::memcpy(mailbox.letter(letter), &number, sizeof number);
    mailbox.post(letter);
    CHECK(mailbox.has(letter));
    if (number > 1) CHECK(mailbox.has(letter - 1));
    CHECK_FALSE(mailbox.has(letter + 2));
  }
  int before = 0;
  std::memcpy(&before, mailbox.letter(4), sizeof before);
  CHECK(before == 4);
}

TEST_CASE("two threads answer each other's letters, whatever their length") {
  for (const std::size_t bytes : {1U, 56U, 57U, 300U}) {
    CAPTURE(bytes);
    constexpr std::uint64_t letters = 200;
    Mailbox ping(bytes);
    Mailbox pong(bytes);
    const auto exchange = [&](Mailbox& own, const Mailbox& other) {
      std::size_t wrong = 0;
      for (std::uint64_t number = 1; number <= letters; ++number) {
        std::memset(own.letter(number), static_cast<int>(number % 251), bytes);
        own.post(number);
        while (!other.has(number)) std::this_thread::yield();
        for (std::size_t i = 0; i < bytes; ++i)
          if (other.letter(number)[i] != static_cast<std::byte>(number % 251)) ++wrong;
      }
      return wrong;
    };
    std::size_t wrong_there = 1;
    std::thread there([&] { wrong_there = exchange(pong, ping); });
    CHECK(exchange(ping, pong) == 0);
    there.join();
    CHECK(wrong_there == 0);
  }
}

}  // namespace
}  // namespace deft
