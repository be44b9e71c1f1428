#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "transport/transport.hpp"

namespace deft::collectives {

inline constexpr std::string_view how_to_meet_again =
    "the variables hold what the last complete step left; the ranks that are left, and those that "
    "are started again, meet by Session::rejoin or Communicator::reconnect";

/// What an error says of a group that broke. `timeout` is that of a collective.
std::string text_of(const Broken& broken, std::chrono::milliseconds timeout);

}  // namespace deft::collectives
