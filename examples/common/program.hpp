#pragma once

#include <span>

namespace examples {

/// What main does: runs `run` with the arguments that follow the program's name. An exception
/// becomes one line on the standard error, after `name`; the exit status is 0 on success, 1 for a
/// TrainingError, 2 for anything else.
int run_program(const char* name, int argc, char** argv,
                void (*run)(std::span<const char* const> arguments));

}  // namespace examples
