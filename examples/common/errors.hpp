#pragma once

#include <stdexcept>

namespace examples {

/// A mistake of the user's, or of the system's, in one line: exit status 2.
class UserError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Gradient descent that does not arrive at the optimum, in one line: exit status 1.
class TrainingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace examples
