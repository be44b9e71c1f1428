#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "transport/transport.hpp"

namespace gloo::transport {
class Context;
class Device;
}  // namespace gloo::transport

namespace deft::collectives {

/// What transports listen on: an address, given as a number. One thread does the input and output
/// of all of them.
std::shared_ptr<gloo::transport::Device> listen_on(const std::string& address);

/// TCP between all pairs of ranks, by Gloo. Of Gloo it uses messages between two ranks alone: its
/// collectives cannot be ended at once, and it cannot find its peers within a time.
class GlooTransport final : public Transport {
 public:
  /// Waits for connections from now on. `timeout` is what `connect` may take. Throws an exception
  /// of Gloo's if the address is none of this machine.
  GlooTransport(std::shared_ptr<gloo::transport::Device> device, int of_rank, int of_size,
                std::chrono::milliseconds timeout);
  ~GlooTransport() override;

  /// Where this rank waits for each of the others: as many bytes for each, in the order of ranks.
  const std::string& addresses() const { return addresses_; }

  /// Connects to all, whose `addresses` are given in the order of ranks. Throws Broken, with the
  /// rank that cannot be reached.
  void connect(const std::vector<std::string>& all);

  std::unique_ptr<Window> window(std::span<std::byte> memory) override;
  bool loses_unread() const override { return true; }
  void abort() noexcept override;

 private:
  /// Where `listener` waits for `caller`.
  std::string address_of(const std::vector<std::string>& all, int listener, int caller) const;
  void close_on_exec(const std::vector<std::string>& all) const;

  std::shared_ptr<gloo::transport::Device> device_;
  std::shared_ptr<gloo::transport::Context> context_;
  std::string addresses_;
  std::size_t address_size_ = 0;
  std::atomic<bool> aborted_{false};
};

}  // namespace deft::collectives
