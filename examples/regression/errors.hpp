#pragma once

#include <stdexcept>

namespace regression {

/// A mistake of the user's, or of the system's, in one line: exit status 2.
class UserError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Gradient descent that runs away from the optimum, in one line: exit status 1.
class Divergence : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace regression
