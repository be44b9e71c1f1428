#pragma once

#include <cstddef>

namespace deft::benchmark {

// Parts of networks as plain loops, over rows of `n` columns, row after row.

/// y = softmax(x)
void softmax_by_hand(const float* x, float* y, std::size_t rows, std::size_t n);

/// d = the gradient of sum(softmax(x) g) with respect to x
void softmax_gradient_by_hand(const float* x, const float* g, float* d, std::size_t rows,
                              std::size_t n);

/// d = the gradient with respect to x of the mean of -log(softmax(x)) of labels [rows], which is
/// returned
float softmax_loss_by_hand(const float* x, const int* labels, float* d, std::size_t rows,
                           std::size_t n);

/// y = (x - mean) / sqrt(variance + 1e-5) scale + shift
void layer_norm_by_hand(const float* x, const float* scale, const float* shift, float* y,
                        std::size_t rows, std::size_t n);

/// d = the gradient of sum(layer_norm(x) g) with respect to x
void layer_norm_gradient_by_hand(const float* x, const float* scale, const float* g, float* d,
                                 std::size_t rows, std::size_t n);

/// Those that are published.
struct AdamRates {
  float rate = 0.001F;
  float beta1 = 0.9F;
  float beta2 = 0.999F;
  float epsilon = 1e-8F;
};

/// The rates that make adam_by_hand what is published as Adam, whose m and v are divided by 1 -
/// beta^t in update t, from 1 on.
AdamRates corrected(AdamRates rates, long long t);

struct AdamState {
  float *w, *m, *v;
};

/// m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, w -= rate m / (sqrt(v) + epsilon):
/// from `old` to `made`, since what was must remain until the step is done.
void adam_by_hand(AdamState old, AdamState made, const float* g, std::size_t n, AdamRates rates);

}  // namespace deft::benchmark
