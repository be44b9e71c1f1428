#include "layers.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "native/networks.hpp"

namespace deft::benchmark {

void add_bias(Tensor& y, const Tensor& bias) {
  const auto row = bias.data<float>();
  const auto values = y.mutable_data<float>();
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += row[i % row.size()];
}

void make_relu(Tensor& y) {
  for (float& value : y.mutable_data<float>()) value = std::max(value, 0.0F);
}

void mask_by_relu(Tensor& d, const Tensor& y) {
  const auto made = y.data<float>();
  const auto values = d.mutable_data<float>();
  for (std::size_t i = 0; i < values.size(); ++i)
    if (made[i] == 0) values[i] = 0;
}

void make_loss_gradient(Tensor& logits, const Tensor& labels) {
  const auto values = logits.mutable_data<float>();
  const std::vector<float> x(values.begin(),
                             values.end());  // the loop reads what it does not write
  softmax_loss_by_hand(x.data(), labels.data<std::int32_t>().data(), values.data(),
                       static_cast<std::size_t>(logits.shape()[0]),
                       static_cast<std::size_t>(logits.shape()[1]));
}

void descend(Tensor& w, const Tensor& g, float rate) {
  const auto slope = g.data<float>();
  const auto values = w.mutable_data<float>();
  for (std::size_t i = 0; i < values.size(); ++i) values[i] -= rate * slope[i];
}

}  // namespace deft::benchmark
