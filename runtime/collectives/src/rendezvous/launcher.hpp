#pragma once

#include <functional>
#include <optional>
#include <string>

#include <deft/collectives/communicator.hpp>

namespace deft::collectives {

/// The value of an environment variable; empty if there is none.
using Environment = std::function<std::string(const char* name)>;

/// The environment of this process.
std::string process_environment(const char* name);

/// What `options` leave out, filled in by what launchers say: RANK and WORLD_SIZE (a shell,
/// torchrun), then Open MPI, Slurm's srun, PMI; a group of one where nobody says anything. The
/// address is left empty where that of the host's name is meant. Throws RunError, code
/// invalid_argument, with the variable that is wrong or missing.
GroupOptions completed(GroupOptions options, const Environment& environment);

}  // namespace deft::collectives
