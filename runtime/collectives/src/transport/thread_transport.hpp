#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <utility>

#include "transport/transport.hpp"

namespace deft::collectives {

/// Where ranks that are threads of one process hand messages to each other. A message is copied
/// once, by whichever side comes last.
class Exchange {
 public:
  struct Message {
    std::byte* bytes = nullptr;
    std::size_t size = 0;
    bool done = false;
  };
  /// Sender, receiver, tag.
  using Address = std::tuple<int, int, std::uint32_t>;

  std::shared_ptr<Message> send(const Address& address, std::byte* from, std::size_t size);
  std::shared_ptr<Message> receive(const Address& address, std::byte* into, std::size_t size);

  /// Returns when the message is done. Throws Broken otherwise, `peer` being its other rank.
  void wait(const Message& message, int self, int peer, Deadline deadline);

  /// The rank `by` leaves.
  void abort(int by) noexcept;

 private:
  /// What one side has left for the other, in order.
  struct Waiting {
    std::deque<std::shared_ptr<Message>> sends;
    std::deque<std::shared_ptr<Message>> receives;
  };

  void check_open(int self) const;
  void deliver(Waiting& waiting);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<Address, Waiting> waiting_;
  int aborted_by_ = -1;
};

/// For ranks that are threads: to test programs for several processes in one, under a debugger or
/// a sanitizer.
class ThreadTransport final : public Transport {
 public:
  ThreadTransport(std::shared_ptr<Exchange> exchange, int of_rank, int of_size)
      : Transport(of_rank, of_size), exchange_(std::move(exchange)) {}
  ~ThreadTransport() override { exchange_->abort(rank); }

  std::unique_ptr<Window> window(std::span<std::byte> memory) override;
  bool loses_unread() const override { return false; }
  void abort() noexcept override { exchange_->abort(rank); }

 private:
  std::shared_ptr<Exchange> exchange_;
};

}  // namespace deft::collectives
