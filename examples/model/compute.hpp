#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <deft/deft.hpp>

#include "import.hpp"
#include "options.hpp"

namespace examples::model {

/// What runs of a model took, in seconds.
struct Timing {
  double first = 0;  // the run that plans
  double median = 0;
  double fastest = 0;
  std::int64_t runs = 0;
  int threads = 0;
};

/// What runs of a model gave.
struct Results {
  std::vector<deft::NamedTensor> outputs;
  std::optional<Timing> timing;
  deft::Profile profile;
};

/// Inputs at random: floating numbers in [0, 1), integers and bools 0 or 1; dimensions that are not
/// known are 1.
std::vector<deft::NamedTensor> random_inputs(const Model& model);

/// Runs a model as the options say. `source` is the name of the file that the inputs are from.
/// Throws UserError if one is missing, and deft::RunError.
Results compute(const Model& model, const Options& options,
                const std::vector<deft::NamedTensor>& given, const std::string& source);

}  // namespace examples::model
