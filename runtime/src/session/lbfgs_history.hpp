#pragma once

#include <cstddef>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

namespace deft {

inline double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// The changes of the last iterations, from which the method takes its view of the curvature.
class LbfgsHistory {
 public:
  explicit LbfgsHistory(std::size_t length) : length_(length) {}

  bool empty() const { return pairs_.empty(); }
  void clear() { pairs_.clear(); }

  /// s: how x has changed; y: how the gradient has. Pairs without positive curvature are left out.
  void add(std::vector<double> s, std::vector<double> y) {
    const double curvature = dot(s, y);
    if (!(curvature > std::numeric_limits<double>::epsilon() * dot(y, y))) return;
    if (pairs_.size() == length_) pairs_.pop_front();
    pairs_.push_back({std::move(s), std::move(y), curvature});
  }

  /// The inverse Hessian, as far as it is known, times q: Nocedal and Wright's algorithm 7.4.
  std::vector<double> times(std::vector<double> q) const {
    std::vector<double> alphas;
    alphas.reserve(pairs_.size());
    for (auto pair = pairs_.rbegin(); pair != pairs_.rend(); ++pair) {
      alphas.push_back(dot(pair->s, q) / pair->curvature);
      for (std::size_t i = 0; i < q.size(); ++i) q[i] -= alphas.back() * pair->y[i];
    }
    if (!empty()) {
      const double scale = pairs_.back().curvature / dot(pairs_.back().y, pairs_.back().y);
      for (double& element : q) element *= scale;
    }
    for (const Pair& pair : pairs_) {
      const double beta = dot(pair.y, q) / pair.curvature;
      for (std::size_t i = 0; i < q.size(); ++i) q[i] += (alphas.back() - beta) * pair.s[i];
      alphas.pop_back();
    }
    return q;
  }

 private:
  struct Pair {
    std::vector<double> s;
    std::vector<double> y;
    double curvature;  // s^T y
  };

  std::size_t length_;
  std::deque<Pair> pairs_;  // the latest last
};

}  // namespace deft
