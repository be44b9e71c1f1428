#pragma once

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace deft::benchmark {

/// What the environment says, as to every peer.
inline std::string peer_setting(const char* name, const char* otherwise) {
  const char* given = std::getenv(name);
  return given == nullptr || *given == '\0' ? otherwise : given;
}

inline int peer_threads() { return std::stoi(peer_setting("PEER_THREADS", "1")); }

/// JSON knows no infinity and no NaN.
inline std::string json_number(double value) {
  return std::isfinite(value) ? std::to_string(value) : "null";
}

/// Prints one line of JSON, as peer.py does: the seconds of each round of `train`, after one that
/// is not timed, and the members that `describe` makes of what the last one gives.
template <class Train, class Describe>
void report_rounds(const std::string& name, int rounds, const Train& train,
                   const Describe& describe) {
  auto result = train();
  std::printf("{\"peer\": \"%s\", \"seconds\": [", name.c_str());
  for (int round = 0; round < rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    result = train();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::printf("%s%.9f", round == 0 ? "" : ", ", seconds.count());
  }
  std::printf("], %s}\n", describe(result).c_str());
}

}  // namespace deft::benchmark
