#include "networks.hpp"

#include <math.h>

namespace deft::benchmark {
namespace {

float exponentials(const float* x, float* __restrict e, std::size_t n) {
  float largest = x[0];
  for (std::size_t i = 1; i < n; ++i) largest = x[i] > largest ? x[i] : largest;
  float sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    e[i] = expf(x[i] - largest);
    sum += e[i];
  }
  return sum;
}

struct Moments {
  float mean, inverse;
};

Moments moments(const float* x, std::size_t n) {
  float sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += x[i];
  const float mean = sum / static_cast<float>(n);
  float squares = 0;
  for (std::size_t i = 0; i < n; ++i) squares += (x[i] - mean) * (x[i] - mean);
  return {mean, 1 / sqrtf(squares / static_cast<float>(n) + 1e-5F)};
}

}  // namespace

void softmax_by_hand(const float* x, float* __restrict y, std::size_t rows, std::size_t n) {
  for (std::size_t row = 0; row < rows; ++row, x += n, y += n) {
    const float factor = 1 / exponentials(x, y, n);
    for (std::size_t i = 0; i < n; ++i) y[i] *= factor;
  }
}

void softmax_gradient_by_hand(const float* x, const float* g, float* __restrict d, std::size_t rows,
                              std::size_t n) {
  for (std::size_t row = 0; row < rows; ++row, x += n, g += n, d += n) {
    const float factor = 1 / exponentials(x, d, n);
    float sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += d[i] * g[i];
    sum *= factor;
    for (std::size_t i = 0; i < n; ++i) d[i] *= factor * (g[i] - sum);
  }
}

float softmax_loss_by_hand(const float* x, const int* labels, float* __restrict d, std::size_t rows,
                           std::size_t n) {
  const float share = 1 / static_cast<float>(rows);
  double loss = 0;
  for (std::size_t row = 0; row < rows; ++row, x += n, d += n) {
    const float sum = exponentials(x, d, n);
    const int label = labels[row];
    loss -= static_cast<double>(logf(d[label] / sum));
    const float factor = share / sum;
    for (std::size_t i = 0; i < n; ++i) d[i] *= factor;
    d[label] -= share;
  }
  return static_cast<float>(loss / static_cast<double>(rows));
}

void layer_norm_by_hand(const float* x, const float* scale, const float* shift, float* __restrict y,
                        std::size_t rows, std::size_t n) {
  for (std::size_t row = 0; row < rows; ++row, x += n, y += n) {
    const Moments of = moments(x, n);
    for (std::size_t i = 0; i < n; ++i) y[i] = (x[i] - of.mean) * of.inverse * scale[i] + shift[i];
  }
}

void layer_norm_gradient_by_hand(const float* x, const float* scale, const float* g,
                                 float* __restrict d, std::size_t rows, std::size_t n) {
  for (std::size_t row = 0; row < rows; ++row, x += n, g += n, d += n) {
    const Moments of = moments(x, n);
    float sum = 0;
    float product = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const float scaled = g[i] * scale[i];
      sum += scaled;
      product += scaled * (x[i] - of.mean);
    }
    sum /= static_cast<float>(n);
    product *= of.inverse * of.inverse / static_cast<float>(n);
    for (std::size_t i = 0; i < n; ++i)
      d[i] = of.inverse * (g[i] * scale[i] - sum - (x[i] - of.mean) * product);
  }
}

AdamRates corrected(AdamRates rates, long long t) {
  const double c1 = 1 - pow(static_cast<double>(rates.beta1), static_cast<double>(t));
  const double root = sqrt(1 - pow(static_cast<double>(rates.beta2), static_cast<double>(t)));
  return {.rate = static_cast<float>(static_cast<double>(rates.rate) * root / c1),
          .beta1 = rates.beta1,
          .beta2 = rates.beta2,
          .epsilon = static_cast<float>(static_cast<double>(rates.epsilon) * root)};
}

void adam_by_hand(AdamState old, AdamState made, const float* g, std::size_t n, AdamRates rates) {
#if defined(__clang__)
#pragma clang loop vectorize(assume_safety)
#else
#pragma GCC ivdep
#endif
  for (std::size_t i = 0; i < n; ++i) {
    const float m = rates.beta1 * old.m[i] + (1 - rates.beta1) * g[i];
    const float v = rates.beta2 * old.v[i] + (1 - rates.beta2) * g[i] * g[i];
    made.m[i] = m;
    made.v[i] = v;
    made.w[i] = old.w[i] - rates.rate * m / (sqrtf(v) + rates.epsilon);
  }
}

}  // namespace deft::benchmark
