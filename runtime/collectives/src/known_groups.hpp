#pragma once

#include <cstdint>
#include <memory>

#include <deft/collectives/communicator.hpp>

namespace deft {

/// Lets the group be found by its number, for as long as somebody has it.
void remember_group(const std::shared_ptr<Communicator::Impl>& group);

/// The group of this number; null if nobody has it any more.
std::shared_ptr<Communicator::Impl> known_group(std::int64_t id);

}  // namespace deft
