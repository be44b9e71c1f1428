#pragma once

#include <string>

#include "test_case.hpp"

namespace deft::conformance {

enum class Verdict { passed, refused, failed, other_dtypes };

/// What became of a case.
struct Judgement {
  Verdict verdict = Verdict::passed;
  bool close = false;  // within 1e-6 of what was expected too, not only within the case's tolerance
  int bound = 0;       // inputs that had to be known when the graph was built
  std::string reason = {};  // why it was refused, or what differs
};

/// Imports the model of a case, runs it on all of its data and compares.
Judgement judge(const TestCase& test);

}  // namespace deft::conformance
