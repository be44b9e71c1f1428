#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace examples::model {

/// What the user asked for.
struct Options {
  std::string file;
  std::string run;      // a file of inputs, or empty
  std::string output;   // a file to write, or empty
  std::string compare;  // a file of outputs, or empty
  double rtol = 1e-3;   // as in ONNX's own tests
  double atol = 1e-7;
  std::string checkpoint;                    // the prefix of one of TensorFlow, or empty
  std::optional<double> time;                // seconds to measure for
  std::string profile;                       // files to write, or empty
  std::string dot;                           //
  std::string convert;                       //
  std::optional<std::int64_t> batch;         // the first dimension of inputs, where it is not known
  std::map<std::string, std::int64_t> dims;  // other dimensions by name
  std::vector<std::string> outputs;          // empty: all
  int threads = 0;                           // 0: the CPUs that this process may use
  bool json = false;
  bool help = false;

  /// Whether the model is to be computed.
  bool computes() const {
    return !run.empty() || !output.empty() || !compare.empty() || time || !profile.empty();
  }
};

/// Reads the arguments that follow the program's name. Throws UserError.
Options parse_options(std::span<const char* const> arguments);

/// The text of --help.
std::string usage();

}  // namespace examples::model
