/// Eigen: the natural form, and blocked by hand so that a block stays in the first-level cache.

#include <algorithm>

#include <Eigen/Core>

#include "data/line_data.hpp"
#include "peers/article.hpp"

namespace deft::benchmark {
namespace {

using Matrix = Eigen::MatrixX2f;
using Vector = Eigen::VectorXf;

std::array<float, 2> train_naturally(const Matrix& X, const Vector& d) {
  Eigen::Vector2f w = Eigen::Vector2f::Zero();
  Vector e(d.size());
  const float step = rate * 2 / static_cast<float>(d.size());
  for (int epoch = 0; epoch < epochs; ++epoch) {
    e.noalias() = X * w - d;
    w.noalias() -= step * (X.transpose() * e);
  }
  return {w[0], w[1]};
}

std::array<float, 2> train_by_blocks(const Matrix& X, const Vector& d) {
  constexpr Eigen::Index rows = 512;
  Eigen::Vector2f w = Eigen::Vector2f::Zero();
  Eigen::VectorXf e(rows);
  const float step = rate * 2 / static_cast<float>(d.size());
  for (int epoch = 0; epoch < epochs; ++epoch) {
    Eigen::Vector2f gradient = Eigen::Vector2f::Zero();
    for (Eigen::Index first = 0; first < d.size(); first += rows) {
      const Eigen::Index count = std::min(rows, d.size() - first);
      const auto block = X.middleRows(first, count);
      auto errors = e.head(count);
      errors = w[0] * block.col(0) + w[1] * block.col(1) - d.segment(first, count);
      gradient[0] += block.col(0).dot(errors);
      gradient[1] += block.col(1).dot(errors);
    }
    w -= step * gradient;
  }
  return {w[0], w[1]};
}

}  // namespace
}  // namespace deft::benchmark

int main() {
  using namespace deft::benchmark;
  const LineData<float> data(10'000);
  const deft::Tensor rows = data.X();
  const deft::Tensor target = data.d();
  const Matrix X = Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, 2, Eigen::RowMajor>>(
      rows.data<float>().data(), 10'000, 2);
  const Vector d = Eigen::Map<const Vector>(target.data<float>().data(), 10'000);
  report("Eigen", [&] { return train_naturally(X, d); });
  report("Eigen by blocks", [&] { return train_by_blocks(X, d); });
}
