#pragma once

#include <deft/deft.hpp>

namespace deft::benchmark {

// What stands between the products of a network, by hand and without haste: with it a reference
// that times products alone does a whole step of training, to be compared with deft's. f32, over
// rows of the last dimension.

/// y = y + bias
void add_bias(Tensor& y, const Tensor& bias);

/// y = max(y, 0)
void make_relu(Tensor& y);

/// d = 0 where y, a relu, is 0
void mask_by_relu(Tensor& d, const Tensor& y);

/// logits [n, classes] = the gradient with respect to them of the mean of -log(softmax(logits)) of
/// labels i32[n]
void make_loss_gradient(Tensor& logits, const Tensor& labels);

/// w = w - rate g
void descend(Tensor& w, const Tensor& g, float rate);

}  // namespace deft::benchmark
