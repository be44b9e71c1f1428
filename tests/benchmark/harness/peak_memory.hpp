#pragma once

namespace deft::benchmark {

/// Bytes of this process that are, and that at most were, in memory.
double memory_now();
double memory_peak();

}  // namespace deft::benchmark
