#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>

namespace deft {

/// What the walk knows of one node between the xs and the ys.
struct Visit {
  bool leads_to_x = false;                              // an x, or computed from one
  bool reached = false;                                 // a y is computed from it
  bool is_x = false;                                    // one of its outputs is an x
  bool stops = false;                                   // one of its outputs is in stop_gradients
  std::vector<std::pair<std::uint32_t, Output>> grads;  // (output index, contribution)
};

/// The nodes of a walk, all of which are among `first` ... `last`. Pages of neighbours are made
/// when they are first needed, so that what lies between costs next to nothing.
class Visits {
 public:
  Visits(NodeId first, NodeId last)
      : first_(first), last_(last), pages_((last - first) / page_size + std::size_t{1}) {}

  /// Adds a node; false if it was there, or is not between first and last.
  bool add(NodeId id) {
    if (id < first_ || id > last_) return false;
    std::unique_ptr<Page>& page = pages_[(id - first_) / page_size];
    if (page == nullptr) page = std::make_unique<Page>();
    const std::uint64_t bit = bit_of(id);
    return (std::exchange(page->present, page->present | bit) & bit) == 0;
  }

  /// The node, or null if it was not added.
  Visit* find(NodeId id) {
    if (id < first_ || id > last_) return nullptr;
    Page* const page = pages_[(id - first_) / page_size].get();
    if (page == nullptr || (page->present & bit_of(id)) == 0) return nullptr;
    return &page->visits[(id - first_) % page_size];
  }

  /// All nodes, the last ones first.
  std::vector<NodeId> descending() const {
    std::vector<NodeId> ids;
    for (std::size_t page = pages_.size(); page-- > 0;) {
      if (pages_[page] == nullptr) continue;
      for (std::uint64_t rest = pages_[page]->present; rest != 0;) {
        const auto highest = static_cast<NodeId>(std::bit_width(rest) - 1);
        rest &= ~(std::uint64_t{1} << highest);
        ids.push_back(first_ + static_cast<NodeId>(page * page_size) + highest);
      }
    }
    return ids;
  }

 private:
  static constexpr NodeId page_size = 64;

  struct Page {
    std::uint64_t present = 0;  // bit i: visits[i] was added
    Visit visits[page_size];
  };

  std::uint64_t bit_of(NodeId id) const { return std::uint64_t{1} << ((id - first_) % page_size); }

  NodeId first_;
  NodeId last_;
  std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace deft
