#include "transport/thread_transport.hpp"

#include <cstring>
#include <string>

#include <deft/core/error.hpp>

namespace deft::collectives {
namespace {

using Message = Exchange::Message;

void copy(Message& from, Message& into) {
  if (from.size != into.size)
    throw InternalError("a message of " + std::to_string(from.size) +
                        " bytes is received as one of " + std::to_string(into.size));
  if (from.size != 0) std::memcpy(into.bytes, from.bytes, from.size);
  from.done = into.done = true;
}

class ThreadWindow final : public Window {
 public:
  ThreadWindow(std::shared_ptr<Exchange> exchange, int rank, std::span<std::byte> memory)
      : exchange_(std::move(exchange)), rank_(rank), memory_(memory) {}

  void receive(int from, std::uint32_t tag, std::size_t offset, std::size_t bytes) override {
    received_.emplace_back(exchange_->receive({from, rank_, tag}, memory_.data() + offset, bytes),
                           from);
  }
  void send(int to, std::uint32_t tag, std::size_t offset, std::size_t bytes) override {
    sent_.emplace_back(exchange_->send({rank_, to, tag}, memory_.data() + offset, bytes), to);
  }
  void wait_received(Deadline deadline) override { wait(received_, deadline); }
  void wait_sent(Deadline deadline) override { wait(sent_, deadline); }

 private:
  using Pending = std::deque<std::pair<std::shared_ptr<Message>, int>>;

  void wait(Pending& pending, Deadline deadline) {
    exchange_->wait(*pending.front().first, rank_, pending.front().second, deadline);
    pending.pop_front();
  }

  std::shared_ptr<Exchange> exchange_;
  int rank_;
  std::span<std::byte> memory_;
  Pending received_;
  Pending sent_;
};

}  // namespace

void Exchange::check_open(int self) const {
  if (aborted_by_ == self) throw Broken{Broken::Kind::aborted, -1};
  if (aborted_by_ >= 0) throw Broken{Broken::Kind::closed, aborted_by_};
}

std::shared_ptr<Message> Exchange::send(const Address& address, std::byte* from, std::size_t size) {
  const std::scoped_lock lock(mutex_);
  check_open(std::get<0>(address));
  Waiting& waiting = waiting_[address];
  auto message = waiting.sends.emplace_back(std::make_shared<Message>(Message{from, size}));
  deliver(waiting);
  return message;
}

std::shared_ptr<Message> Exchange::receive(const Address& address, std::byte* into,
                                           std::size_t size) {
  const std::scoped_lock lock(mutex_);
  check_open(std::get<1>(address));
  Waiting& waiting = waiting_[address];
  auto message = waiting.receives.emplace_back(std::make_shared<Message>(Message{into, size}));
  deliver(waiting);
  return message;
}

void Exchange::deliver(Waiting& waiting) {
  if (waiting.sends.empty() || waiting.receives.empty()) return;
  copy(*waiting.sends.front(), *waiting.receives.front());
  waiting.sends.pop_front();
  waiting.receives.pop_front();
  changed_.notify_all();
}

void Exchange::wait(const Message& message, int self, int peer, Deadline deadline) {
  std::unique_lock lock(mutex_);
  const bool in_time =
      changed_.wait_until(lock, deadline, [&] { return message.done || aborted_by_ >= 0; });
  if (message.done) return;
  if (!in_time) throw Broken{Broken::Kind::silent, peer};
  check_open(self);
}

void Exchange::abort(int by) noexcept {
  const std::scoped_lock lock(mutex_);
  if (aborted_by_ < 0) aborted_by_ = by;
  waiting_.clear();
  changed_.notify_all();
}

std::unique_ptr<Window> ThreadTransport::window(std::span<std::byte> memory) {
  return std::make_unique<ThreadWindow>(exchange_, rank, memory);
}

}  // namespace deft::collectives
