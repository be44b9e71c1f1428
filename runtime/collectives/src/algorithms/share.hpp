#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "algorithms/algorithm.hpp"

namespace deft::collectives {

/// All-gathers of the same memory, made ready: part i of the data, which rank i has, comes to all.
/// Where only one part is not empty, that is a broadcast.
class Share final : public Algorithm {
 public:
  /// `part_bytes`, of each rank, add up to the bytes of the data. All ranks give the same, and one
  /// tag for each Share.
  Share(Transport& transport, std::span<std::byte> data, std::vector<std::size_t> part_bytes,
        std::uint32_t tag);

  void post() override;
  void run(Deadline deadline) override;

 private:
  struct Peer {
    int rank = 0;
    std::unique_ptr<Window> window;
  };

  std::size_t offset_of(int rank) const;
  std::size_t bytes_of(int rank) const { return part_bytes_[static_cast<std::size_t>(rank)]; }

  Transport& transport_;
  std::vector<std::size_t> part_bytes_;
  std::uint32_t tag_;
  std::vector<Peer> peers_;
  bool posted_ = false;
};

}  // namespace deft::collectives
