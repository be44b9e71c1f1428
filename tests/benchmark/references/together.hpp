#pragma once

#include <cstdint>
#include <functional>

namespace deft::benchmark {

/// Calls `part(thread)` so many times in a row on each of so many threads, this one included. None
/// begins again before all have ended. They wait by spinning: that is what handing over costs
/// least.
void repeat_together(int threads, std::int64_t repetitions, const std::function<void(int)>& part);

}  // namespace deft::benchmark
