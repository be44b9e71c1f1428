#pragma once

#include <cstdint>

namespace deft {

/// Which of several equal parts of every batch: of the batch of a group of processes, what one of
/// its ranks takes.
struct Part {
  std::int64_t index = 0;  // from 0 on: Communicator::rank
  std::int64_t count = 1;  // Communicator::size
};

}  // namespace deft
