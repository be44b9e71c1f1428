#pragma once

#include <vector>

#include "runtime/collectives/network/network.hpp"

namespace deft {

/// Hands on, for ever, the packets of TUN devices, whose addresses end in 1, 2 ...
[[noreturn]] void carry_packets(const std::vector<collectives::Descriptor>& devices,
                                Network::Wire& wire);

}  // namespace deft
