#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "algorithms/algorithm.hpp"
#include "algorithms/combine.hpp"
#include "transport/transport.hpp"

namespace deft::collectives {

/// All-reduces of the same memory, made ready: what all ranks have there becomes one, by the binary
/// tree over the ranks. Short data go whole to everybody. Of long data each rank combines a part,
/// which the others send it, and sends it to them. So every byte makes one way or two.
class AllReduce final : public Algorithm {
 public:
  enum class Result {
    everywhere,  // the whole on every rank
    own_part,    // of data of size * n elements, only the elements [rank * n, (rank + 1) * n): a
                 // reduce-scatter. Leaves the others undefined.
  };

  /// All ranks give the same number of elements, tag and result, and one tag for each AllReduce.
  AllReduce(Transport& transport, std::span<std::byte> data, DType dtype, Reduce reduce,
            std::uint32_t tag, Result result = Result::everywhere);

  void post() override;
  void run(Deadline deadline) override;

 private:
  /// Elements of the data.
  struct Range {
    std::size_t first = 0;
    std::size_t count = 0;
  };
  /// What comes from, or goes to, another rank.
  struct Peer {
    int rank = 0;
    std::vector<std::byte> scratch;  // for what it sends to be combined
    std::unique_ptr<Window> contributions;
    std::unique_ptr<Window> results;
  };

  Range part_of(int rank) const;
  std::size_t num_pieces(int rank) const;
  Range piece(int rank, std::size_t index) const;
  void post_piece(Peer& peer, std::size_t index) const;
  void send(int to, std::uint32_t tag, Range range);
  void combine_piece(std::size_t index);
  void exchange_whole(Deadline deadline);
  void exchange_parts(Deadline deadline);
  void wait_sent(Deadline deadline);

  Transport& transport_;
  std::span<std::byte> data_;
  DType dtype_;
  Reduce reduce_;
  Combine combine_;
  std::uint32_t tag_;
  Result result_;
  std::size_t element_;  // bytes
  std::size_t count_;    // elements
  bool whole_;
  std::size_t most_in_piece_;  // elements
  std::vector<Peer> peers_;    // the next rank first, so that not all send to one
  std::unique_ptr<Window> own_;
  std::vector<std::byte*> parts_;  // of the piece that is combined, by rank
  std::size_t sends_ = 0;          // that have not been waited for
  bool posted_ = false;
};

}  // namespace deft::collectives
