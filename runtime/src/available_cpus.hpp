#pragma once

namespace deft {

/// The CPUs that this process may use, by affinity and by its control group's quota; at least 1.
int available_cpus();

}  // namespace deft
