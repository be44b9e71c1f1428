#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <deft/collectives/communicator.hpp>

#include "transport/transport.hpp"

namespace deft::collectives {

/// Where the ranks of a group leave notes for each other: one for each rank and each time that the
/// group meets, its generation.
class Store {
 public:
  Store() = default;
  virtual ~Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Leaves this rank's note; false if there is one already, of whatever process, or the generation
  /// is over.
  virtual bool put(int generation, int rank, const std::string& note) = 0;

  /// The note of a rank, if it is there yet.
  virtual std::optional<std::string> get(int generation, int rank) = 0;

  /// The newest generation of which there is a note; 0 if there is none.
  virtual int newest() = 0;

  /// Whether a process that was started later may meet the others.
  virtual bool allows_newcomers() const { return true; }

  /// Forgets a rank's note.
  virtual void forget(int generation, int rank) noexcept = 0;

  /// Forgets all notes of older generations, also of ranks that have died since.
  virtual void forget_before(int generation) noexcept = 0;
};

/// The store that the options name. Throws RunError if it is none.
std::unique_ptr<Store> open_store(const GroupOptions& options);

}  // namespace deft::collectives
