#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace examples::fashion {

inline constexpr std::int64_t batch_size = 128;  // of all ranks together

enum class ModelKind { mlp, cnn };

/// "mlp" or "cnn", as the option and the JSON object spell it.
const char* to_string(ModelKind kind);

/// What the user asked for.
struct Options {
  ModelKind model = ModelKind::mlp;
  std::int64_t epochs = 0;  // 0: what suits the model
  std::int64_t seed = 1;
  int threads = 0;                                         // 0: the CPUs that this process may use
  std::string data = "/usr/share/datasets/fashion-mnist";  // a folder
  std::string checkpoint;                                  // a folder to write to, or empty
  bool resume = false;
  std::string tensorboard;  // likewise
  std::string svg;          // a file to write, or empty
  std::string onnx;         // likewise
  bool ranks = false;       // this process is one of several: see launch.sh
  bool rejoin = false;      // if one of them ends, wait for its successor
  std::int64_t shards = 0;  // of every batch; 0: it is not cut
  bool json = false;
  bool help = false;
};

/// Reads the arguments that follow the program's name. Throws UserError.
Options parse_options(std::span<const char* const> arguments);

/// The text of --help.
std::string usage();

}  // namespace examples::fashion
