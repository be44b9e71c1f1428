#pragma once

#include <functional>
#include <string>
#include <vector>

#include "transport/sockets.hpp"
#include "transport/transport.hpp"

namespace deft::collectives {

/// Where a rank lets the others in: at one port, for as long as it lives. Whoever comes must know
/// the rank's secret, a new one for each entrance, and is told the caller's own. So strangers, who
/// say nothing or something else, are sent away, and do no harm.
class Entrance {
 public:
  /// Listens on an address, given as a number. Throws std::system_error.
  explicit Entrance(const std::string& address);

  /// Where the entrance is, and its secret: what the other ranks must be given, and nobody else.
  const std::string& card() const { return card_; }

  /// Connections to all other ranks, by rank, whose cards are given by rank. All of them call it.
  /// Ends with Broken, with a rank that is not there, at the deadline, when a rank cannot be
  /// reached, or soon after `is_in_vain`.
  std::vector<Descriptor> connect(int rank, const std::vector<std::string>& cards,
                                  Deadline deadline, const std::function<bool()>& is_in_vain) const;

 private:
  Descriptor listener_;
  std::string card_;
};

}  // namespace deft::collectives
