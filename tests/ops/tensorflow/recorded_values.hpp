#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include <deft/deft.hpp>

#include "support/data_path.hpp"

namespace deft {

/// A file of tests/data/tensorflow.
inline std::string tensorflow_file(const std::string& name) {
  return data_path("tensorflow/" + name);
}

/// What TensorFlow computed of a model, by name.
inline std::map<std::string, Tensor> recorded_values(const std::string& model) {
  std::map<std::string, Tensor> values;
  for (NamedTensor& tensor : read_npz(tensorflow_file(model + ".npz")))
    values.emplace(tensor.name, std::move(tensor.tensor));
  return values;
}

/// The largest difference of two tensors, relative to what is larger than 1; NaN and infinities
/// differ from all but themselves.
inline double largest_difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.spec() == b.spec());
  const std::vector<double> xs = a.to<double>();
  const std::vector<double> ys = b.to<double>();
  double largest = 0;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (xs[i] == ys[i] || (std::isnan(xs[i]) && std::isnan(ys[i]))) continue;
    const double difference = std::abs(xs[i] - ys[i]) / std::max(1.0, std::abs(ys[i]));
    largest = difference <= largest ? largest : difference;
  }
  return largest;
}

}  // namespace deft
