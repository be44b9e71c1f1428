#pragma once

#include "transport/transport.hpp"

namespace deft::collectives {

/// A collective on the same memory, made ready, which may be repeated. Every rank makes and runs it
/// in the same order as all others.
class Algorithm {
 public:
  Algorithm() = default;
  virtual ~Algorithm() = default;
  Algorithm(const Algorithm&) = delete;
  Algorithm& operator=(const Algorithm&) = delete;

  /// Lets the others send from now on, even before this rank's data are there. `run` does it if
  /// need be.
  virtual void post() = 0;

  /// Throws Broken.
  virtual void run(Deadline deadline) = 0;
};

}  // namespace deft::collectives
