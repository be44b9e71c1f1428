#pragma once

#include "native/networks.hpp"

namespace deft::benchmark {

/// The network 4-16-3 with a relu between its layers.
struct SmallMlp {
  static constexpr int inputs = 4;
  static constexpr int units = 16;
  static constexpr int classes = 3;

  float w1[inputs][units], b1[units], w2[units][classes], b2[classes];
};

/// A network and its slots of Adam.
struct SmallMlpState {
  SmallMlp w, m, v;
};

/// A step of Adam in place on the mean of -log(softmax) of the labels of x [rows, 4].
void train_small_mlp(const float* x, const int* labels, int rows, AdamRates rates,
                     SmallMlpState& state);

}  // namespace deft::benchmark
