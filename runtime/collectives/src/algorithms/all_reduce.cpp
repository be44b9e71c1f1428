#include "algorithms/all_reduce.hpp"

#include <algorithm>

namespace deft::collectives {
namespace {

/// What goes to everybody whole: a message costs as much as some tens of kilobytes.
constexpr std::size_t most_whole_bytes = 32 << 10;

/// Pieces of long data: one is combined while the next is on its way. Smaller ones would stay in a
/// nearer cache, but a message costs more than that saves.
constexpr std::size_t piece_bytes = 1 << 20;

/// Pieces of a rank that may be on their way to be combined.
constexpr std::size_t pieces_ahead = 2;

/// Each AllReduce has two tags of the transport: contributions, and results.
constexpr std::uint32_t contribution = 0;
constexpr std::uint32_t result = 1;

}  // namespace

AllReduce::AllReduce(Transport& transport, std::span<std::byte> data, DType dtype, Reduce reduce,
                     std::uint32_t tag, Result wanted)
    : transport_(transport),
      data_(data),
      dtype_(dtype),
      reduce_(reduce),
      combine_(combine_of(reduce, dtype)),
      tag_(2 * tag),
      result_(wanted),
      element_(size_of(dtype)),
      count_(data.size() / element_),
      whole_(wanted == Result::everywhere && data.size() <= most_whole_bytes),
      most_in_piece_(whole_ ? std::max<std::size_t>(count_, 1) : piece_bytes / element_),
      own_(transport.window(data)),
      parts_(static_cast<std::size_t>(transport.size)) {
  const std::size_t slot_elements =
      std::min(most_in_piece_, whole_ ? count_ : part_of(transport.rank).count);
  for (int step = 1; step < transport.size; ++step) {
    Peer& peer = peers_.emplace_back();
    peer.rank = (transport.rank + step) % transport.size;
    peer.scratch.resize((whole_ ? 1 : pieces_ahead) * std::max<std::size_t>(slot_elements, 1) *
                        element_);
    peer.contributions = transport.window(peer.scratch);
    if (!whole_) peer.results = transport.window(data);
  }
}

AllReduce::Range AllReduce::part_of(int rank) const {
  const auto begin = [&](int of) {
    return count_ * static_cast<std::size_t>(of) / static_cast<std::size_t>(transport_.size);
  };
  return {begin(rank), begin(rank + 1) - begin(rank)};
}

std::size_t AllReduce::num_pieces(int rank) const {
  return (part_of(rank).count + most_in_piece_ - 1) / most_in_piece_;
}

AllReduce::Range AllReduce::piece(int rank, std::size_t index) const {
  const Range part = part_of(rank);
  const std::size_t skipped = index * most_in_piece_;
  return {part.first + skipped, std::min(most_in_piece_, part.count - skipped)};
}

void AllReduce::post_piece(Peer& peer, std::size_t index) const {
  const Range range = piece(transport_.rank, index);
  const std::size_t slot = index % pieces_ahead * peer.scratch.size() / pieces_ahead;
  peer.contributions->receive(peer.rank, tag_ + contribution, slot, range.count * element_);
}

void AllReduce::post() {
  if (posted_) return;
  posted_ = true;
  const std::size_t pieces = num_pieces(transport_.rank);
  for (Peer& peer : peers_) {
    if (whole_)
      peer.contributions->receive(peer.rank, tag_ + contribution, 0, data_.size());
    else
      for (std::size_t i = 0; i < std::min(pieces, pieces_ahead); ++i) post_piece(peer, i);
  }
}

void AllReduce::run(Deadline deadline) {
  post();
  posted_ = false;
  if (whole_)
    exchange_whole(deadline);
  else
    exchange_parts(deadline);
}

void AllReduce::send(int to, std::uint32_t tag, Range range) {
  own_->send(to, tag_ + tag, range.first * element_, range.count * element_);
  ++sends_;
}

void AllReduce::wait_sent(Deadline deadline) {
  for (; sends_ > 0; --sends_) own_->wait_sent(deadline);
}

/// The data themselves are overwritten only when everybody has them.
void AllReduce::exchange_whole(Deadline deadline) {
  for (const Peer& peer : peers_) send(peer.rank, contribution, {0, count_});
  for (Peer& peer : peers_) {
    peer.contributions->wait_received(deadline);
    parts_[static_cast<std::size_t>(peer.rank)] = peer.scratch.data();
  }
  wait_sent(deadline);
  parts_[static_cast<std::size_t>(transport_.rank)] = data_.data();
  combine_tree(combine_, parts_, data_.data(), count_);
  if (reduce_ == Reduce::mean) divide(data_, dtype_, transport_.size);
}

/// A rank sends the result of a piece only when it has this rank's contribution to it, so a result
/// never overwrites what is still to be sent.
void AllReduce::exchange_parts(Deadline deadline) {
  std::size_t most = 0;
  for (const Peer& peer : peers_) most = std::max(most, num_pieces(peer.rank));
  for (std::size_t i = 0; i < most; ++i)
    for (const Peer& peer : peers_)
      if (i < num_pieces(peer.rank)) send(peer.rank, contribution, piece(peer.rank, i));
  const bool everywhere = result_ == Result::everywhere;
  if (everywhere)
    for (Peer& peer : peers_)
      for (std::size_t i = 0; i < num_pieces(peer.rank); ++i) {
        const Range range = piece(peer.rank, i);
        peer.results->receive(peer.rank, tag_ + result, range.first * element_,
                              range.count * element_);
      }
  const std::size_t own_pieces = num_pieces(transport_.rank);
  for (std::size_t i = 0; i < own_pieces; ++i) {
    for (Peer& peer : peers_) peer.contributions->wait_received(deadline);
    combine_piece(i);
    for (Peer& peer : peers_) {
      if (everywhere) send(peer.rank, result, piece(transport_.rank, i));
      if (i + pieces_ahead < own_pieces) post_piece(peer, i + pieces_ahead);
    }
  }
  if (everywhere)
    for (Peer& peer : peers_)
      for (std::size_t i = 0; i < num_pieces(peer.rank); ++i) peer.results->wait_received(deadline);
  wait_sent(deadline);
}

void AllReduce::combine_piece(std::size_t index) {
  const Range range = piece(transport_.rank, index);
  const std::span<std::byte> own = data_.subspan(range.first * element_, range.count * element_);
  for (Peer& peer : peers_)
    parts_[static_cast<std::size_t>(peer.rank)] =
        peer.scratch.data() + index % pieces_ahead * peer.scratch.size() / pieces_ahead;
  parts_[static_cast<std::size_t>(transport_.rank)] = own.data();
  combine_tree(combine_, parts_, own.data(), range.count);
  if (reduce_ == Reduce::mean) divide(own, dtype_, transport_.size);
}

}  // namespace deft::collectives
