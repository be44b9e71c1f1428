#pragma once

#include <span>
#include <string>

namespace examples {

/// One line on the standard error, after `name`.
void warn(const char* name, const std::string& message);

/// The same of what ends the program.
void print_error(const char* name, const std::string& message);

/// What main does: runs `run` with the arguments that follow the program's name. An exception
/// becomes one line on the standard error, after `name`; the exit status is 0 on success, 1 for a
/// TrainingError, 2 for anything else.
int run_program(const char* name, int argc, char** argv,
                void (*run)(std::span<const char* const> arguments));

/// The same of a program that succeeds with the exit status that `run` returns.
int run_program(const char* name, int argc, char** argv,
                int (*run)(std::span<const char* const> arguments));

}  // namespace examples
