#pragma once

namespace deft {

/// The CPUs that this process may use, by affinity and by its control group's quota; at least 1.
int available_cpus();

/// The CPU that the present thread is on.
int current_cpu();

/// Moves the present thread to another one of the CPUs that it may use, if there is one.
void leave_cpu(int cpu);

}  // namespace deft
