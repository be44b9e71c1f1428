#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace deft::collectives {

/// When whoever waits for others gives up.
using Deadline = std::chrono::steady_clock::time_point;

/// Why a message did not come or could not be sent. After it the transport is of no use.
struct Broken {
  enum class Kind {
    closed,   // the rank closed its connection: it ended, or left because of another rank
    silent,   // it was not heard of before the deadline
    aborted,  // this rank itself has called Transport::abort
  };
  Kind kind = Kind::closed;
  int rank = -1;  // the peer that was waited for; -1 if that is not known
};

/// Memory that messages are sent from and received into. Sends and receives return at once, and
/// their bytes are left alone until they have been waited for; each wait stands for one of them,
/// the oldest first of those with the same rank. Both sides of a message name the same tag and the
/// same number of bytes, which the caller guarantees: Gloo ends the process otherwise. Used by one
/// thread at a time. Every call may throw Broken.
class Window {
 public:
  Window() = default;
  virtual ~Window() = default;
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  virtual void receive(int from, std::uint32_t tag, std::size_t offset, std::size_t bytes) = 0;
  virtual void wait_received(Deadline deadline) = 0;
  virtual void send(int to, std::uint32_t tag, std::size_t offset, std::size_t bytes) = 0;
  virtual void wait_sent(Deadline deadline) = 0;
};

/// How the ranks of a group, once they have met, send bytes to each other.
class Transport {
 public:
  Transport(int of_rank, int of_size) : rank(of_rank), size(of_size) {}
  virtual ~Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  const int rank;
  const int size;

  /// The memory outlives the window; the window does not outlive the transport.
  virtual std::unique_ptr<Window> window(std::span<std::byte> memory) = 0;

  /// Whether a rank that leaves may take messages away that another has not read yet.
  virtual bool loses_unread() const = 0;

  /// Ends what all ranks wait for, here and there, with Broken. From any thread.
  virtual void abort() noexcept = 0;
};

}  // namespace deft::collectives
