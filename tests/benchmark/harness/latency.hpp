#pragma once

namespace deft::benchmark {

/// The median nanoseconds that a store of one thread takes to reach another that waits for it. NaN
/// if this process may use one CPU only.
double core_to_core_nanoseconds();

}  // namespace deft::benchmark
