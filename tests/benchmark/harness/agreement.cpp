#include "agreement.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace deft::benchmark {

void expect_close(double deft, double reference, double tolerance) {
  // Written so that NaN disagrees.
  if (std::abs(deft - reference) <= tolerance * std::abs(reference)) return;
  throw Disagreement("deft computes " + std::to_string(deft) + ", the reference " +
                     std::to_string(reference));
}

void expect_close(const Tensor& deft, const Tensor& reference, double tolerance) {
  if (deft.shape() != reference.shape())
    throw Disagreement("deft computes a tensor " + deft.shape().to_string() + ", the reference " +
                       reference.shape().to_string());
  const auto ours = deft.data<float>();
  const auto theirs = reference.data<float>();
  double largest = 0;
  for (const float value : theirs) largest = std::max(largest, std::abs(double{value}));
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (std::abs(double{ours[i]} - double{theirs[i]}) <= tolerance * largest) continue;
    throw Disagreement("element " + std::to_string(i) + ": deft computes " +
                       std::to_string(ours[i]) + ", the reference " + std::to_string(theirs[i]));
  }
}

void expect_same_bytes(const Tensor& deft, const Tensor& reference) {
  if (!bitwise_equal(deft, reference)) throw Disagreement("results differ in some bits");
}

}  // namespace deft::benchmark
