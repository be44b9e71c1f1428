#pragma once

#include <array>
#include <cmath>
#include <string>

#include "peers/peer.hpp"

namespace deft::benchmark {

constexpr int epochs = 10'000;
constexpr float rate = 1e-3F;

/// Reports `train`, which gives w.
template <class Train>
void report(const std::string& name, const Train& train) {
  report_rounds(name, 5, train, [](const std::array<float, 2>& w) {
    const bool right = std::abs(w[0] - 2.9598F) < 0.02F && std::abs(w[1] - 2.0329F) < 0.02F;
    return "\"w\": [" + json_number(double{w[0]}) + ", " + json_number(double{w[1]}) +
           "], \"right\": " + (right ? "true" : "false");
  });
}

}  // namespace deft::benchmark
