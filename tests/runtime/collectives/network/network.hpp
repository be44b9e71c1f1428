#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

#include "runtime/collectives/shared_memory.hpp"
#include "transport/descriptor.hpp"

namespace deft {

/// Machines that this process makes up: each is a network namespace with one device, and a wire
/// between them, a process, hands packets on late, loses some, or is cut. Nothing of it has a name
/// in the system, so nothing is left when the descriptors are closed and the process is ended, by
/// the destructor or by the death of this process.
class Network {
 public:
  /// Why the system does not let this process make one; empty if it does.
  static std::string obstacle();

  /// Machines have addresses 10.9.0.1, .2 ... Throws std::system_error.
  explicit Network(int machines);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  std::string address(int machine) const;

  /// From now on the sockets that the calling thread makes, and threads that it starts, are on this
  /// machine.
  void enter(int machine) const;

  void delay(std::chrono::microseconds one_way) { wire_->delay = one_way.count(); }
  void lose(int per_thousand) { wire_->loss = per_thousand; }
  /// Nothing comes from the machine to the others, or, unless it is `one_way`, from them to it.
  void cut(int machine, bool one_way = false);
  void heal() { wire_->deaf = wire_->mute = 0; }

  /// Packets that the wire has swallowed.
  std::int64_t lost() const { return wire_->lost; }

  /// What the wire is told, and tells. Machines are bits.
  struct Wire {
    std::atomic<std::int64_t> delay{0};  // microseconds
    std::atomic<int> loss{0};            // of 1000 packets
    std::atomic<std::uint32_t> mute{0};  // what these send is lost
    std::atomic<std::uint32_t> deaf{0};  // what is sent to these is lost
    std::atomic<std::int64_t> lost{0};   // packets
  };

 private:
  SharedMemory<Wire> wire_;
  std::vector<collectives::Descriptor> machines_;  // the namespaces
  pid_t carrier_ = -1;                             // the process of the wire
};

}  // namespace deft
