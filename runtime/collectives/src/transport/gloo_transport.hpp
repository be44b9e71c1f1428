#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <vector>

#include "transport/sockets.hpp"
#include "transport/transport.hpp"

namespace gloo::transport {
class Context;
class Device;
}  // namespace gloo::transport

namespace deft::collectives {

/// One thread that does the input and output of transports. Throws an exception of Gloo's if this
/// machine has no loopback.
std::shared_ptr<gloo::transport::Device> new_device();

/// TCP between all pairs of ranks, by Gloo. Of Gloo it uses messages between two ranks alone: its
/// collectives cannot be ended at once, and how it connects is open to strangers, whom it lets end
/// the process.
class GlooTransport final : public Transport {
 public:
  /// Over connections to the other ranks, by rank. Throws Broken.
  GlooTransport(std::shared_ptr<gloo::transport::Device> device, int of_rank,
                std::vector<Descriptor> connections);
  ~GlooTransport() override;

  std::unique_ptr<Window> window(std::span<std::byte> memory) override;
  bool loses_unread() const override { return true; }
  void abort() noexcept override;

 private:
  std::shared_ptr<gloo::transport::Device> device_;
  std::shared_ptr<gloo::transport::Context> context_;
  std::atomic<bool> aborted_{false};
};

}  // namespace deft::collectives
