#include "layers.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

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
  const auto classes = static_cast<std::size_t>(logits.shape()[1]);
  const auto of_rows = labels.data<std::int32_t>();
  const auto rows = static_cast<float>(of_rows.size());
  for (std::size_t i = 0; i < of_rows.size(); ++i) {
    const std::span<float> row = logits.mutable_data<float>().subspan(i * classes, classes);
    const float largest = *std::max_element(row.begin(), row.end());
    for (float& value : row) value = std::exp(value - largest);
    const float sum = std::accumulate(row.begin(), row.end(), 0.0F);
    for (float& value : row) value /= sum * rows;
    row[static_cast<std::size_t>(of_rows[i])] -= 1 / rows;
  }
}

void descend(Tensor& w, const Tensor& g, float rate) {
  const auto slope = g.data<float>();
  const auto values = w.mutable_data<float>();
  for (std::size_t i = 0; i < values.size(); ++i) values[i] -= rate * slope[i];
}

}  // namespace deft::benchmark
