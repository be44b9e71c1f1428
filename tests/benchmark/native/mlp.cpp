#include "mlp.hpp"

#include <math.h>

namespace deft::benchmark {
namespace {

/// Adds the gradient of a row, of `rows`.
void add_gradient(const float* x, int label, int rows, const SmallMlp& w, SmallMlp& g) {
  float h[SmallMlp::units];
  for (int j = 0; j < SmallMlp::units; ++j) h[j] = w.b1[j];
  for (int i = 0; i < SmallMlp::inputs; ++i)
    for (int j = 0; j < SmallMlp::units; ++j) h[j] += x[i] * w.w1[i][j];
  for (float& value : h) value = value > 0 ? value : 0;

  float d[SmallMlp::classes];
  for (int k = 0; k < SmallMlp::classes; ++k) d[k] = w.b2[k];
  for (int j = 0; j < SmallMlp::units; ++j)
    for (int k = 0; k < SmallMlp::classes; ++k) d[k] += h[j] * w.w2[j][k];
  float largest = d[0];
  for (const float value : d) largest = value > largest ? value : largest;
  float sum = 0;
  for (float& value : d) sum += value = expf(value - largest);
  for (float& value : d) value /= sum * static_cast<float>(rows);
  d[label] -= 1 / static_cast<float>(rows);

  float dh[SmallMlp::units];
  for (int j = 0; j < SmallMlp::units; ++j) {
    float back = 0;
    for (int k = 0; k < SmallMlp::classes; ++k) {
      back += d[k] * w.w2[j][k];
      g.w2[j][k] += h[j] * d[k];
    }
    dh[j] = h[j] > 0 ? back : 0;
  }
  for (int k = 0; k < SmallMlp::classes; ++k) g.b2[k] += d[k];
  for (int j = 0; j < SmallMlp::units; ++j) g.b1[j] += dh[j];
  for (int i = 0; i < SmallMlp::inputs; ++i)
    for (int j = 0; j < SmallMlp::units; ++j) g.w1[i][j] += x[i] * dh[j];
}

}  // namespace

void train_small_mlp(const float* x, const int* labels, int rows, AdamRates rates,
                     SmallMlpState& state) {
  SmallMlp g{};
  for (int row = 0; row < rows; ++row)
    add_gradient(x + row * SmallMlp::inputs, labels[row], rows, state.w, g);
  const AdamState values{&state.w.w1[0][0], &state.m.w1[0][0], &state.v.w1[0][0]};
  adam_by_hand(values, values, &g.w1[0][0], sizeof(SmallMlp) / sizeof(float), rates);
}

}  // namespace deft::benchmark
