#include "rendezvous/launcher.hpp"

#include <cctype>
#include <charconv>
#include <cstdlib>

#include <deft/core/error.hpp>

namespace deft::collectives {
namespace {

/// The variables by which a launcher tells a process of its place.
struct Launcher {
  const char* rank;
  const char* size;
  const char* local_size;  // how many ranks are on this machine
};

/// Slurm sets SLURM_PROCID and SLURM_NTASKS in the script of a batch too, which is no rank;
/// SLURM_STEP_NUM_TASKS is srun's alone.
constexpr Launcher launchers[] = {
    {"RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE"},
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_SIZE"},
    {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_STEP_TASKS_PER_NODE"},
    {"PMI_RANK", "PMI_SIZE", "MPI_LOCALNRANKS"},
};

[[noreturn]] void refuse(const std::string& message, const std::string& cure,
                         const GroupOptions& options) {
  throw RunError({.code = ErrorCode::invalid_argument,
                  .message = message,
                  .cure = cure,
                  .op = "Communicator::connect",
                  .where = options.where});
}

int number_of(const char* name, const std::string& text, const GroupOptions& options) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0)
    refuse(std::string("the environment variable ") + name + " is \"" + text + "\", and no number",
           "give GroupOptions::rank and size, or start the program by a launcher", options);
  return value;
}

void complete_place(GroupOptions& options, const Environment& environment,
                    std::string& local_size) {
  for (const Launcher& launcher : launchers) {
    const std::string rank = environment(launcher.rank);
    const std::string size = environment(launcher.size);
    if (rank.empty() || size.empty()) continue;
    if (options.rank < 0) options.rank = number_of(launcher.rank, rank, options);
    if (options.size < 0) options.size = number_of(launcher.size, size, options);
    local_size = environment(launcher.local_size);
    return;
  }
  if (options.rank < 0 && options.size < 0) {
    options.rank = 0;
    options.size = 1;
  }
}

void check_place(const GroupOptions& options) {
  if (options.rank < 0 || options.size < 0)
    refuse("rank " + std::to_string(options.rank) + " of " + std::to_string(options.size) +
               ": one of them is missing",
           "give both GroupOptions::rank and size, or neither and start the program by a launcher",
           options);
  if (options.rank >= options.size)
    refuse("rank " + std::to_string(options.rank) + " of " + std::to_string(options.size) +
               " ranks: they are counted from 0",
           "give a rank below the size", options);
  if (options.connect_timeout.count() <= 0 || options.timeout.count() <= 0)
    refuse("a timeout is not above 0", "give a time that may pass", options);
  bool is_plain = !options.name.empty();
  for (const char letter : options.name)
    is_plain = is_plain && (std::isalnum(static_cast<unsigned char>(letter)) != 0 ||
                            letter == '-' || letter == '_');
  if (!is_plain)
    refuse("the group's name is \"" + options.name + '"', "use letters, digits, '-' and '_'",
           options);
}

/// mpirun makes a folder for each job on each machine, and removes it.
void complete_store(GroupOptions& options, const Environment& environment) {
  if (!options.store.empty()) return;
  options.store = environment("DEFT_STORE");
  if (!options.store.empty()) return;
  const std::string folder_of_job = environment("PMIX_SERVER_TMPDIR");
  if (!folder_of_job.empty() &&
      environment("OMPI_COMM_WORLD_LOCAL_SIZE") == environment("OMPI_COMM_WORLD_SIZE"))
    options.store = folder_of_job + "/deft";
  else if (!folder_of_job.empty())
    options.store = "pmix:";
  if (options.store.empty())
    refuse("nothing says where the " + std::to_string(options.size) + " ranks meet",
           "set DEFT_STORE, or GroupOptions::store, to a folder that all of them see", options);
}

}  // namespace

std::string process_environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

GroupOptions completed(GroupOptions options, const Environment& environment) {
  std::string local_size;
  complete_place(options, environment, local_size);
  check_place(options);
  if (options.size == 1) return options;
  complete_store(options, environment);
  if (options.address.empty()) options.address = environment("DEFT_ADDRESS");
  if (options.address.empty() && (local_size.empty() || local_size == std::to_string(options.size)))
    options.address = "127.0.0.1";
  return options;
}

}  // namespace deft::collectives
