#pragma once

#include <cstdint>

#include <deft/deft.hpp>

namespace deft::benchmark {

/// Reads an f32 tensor from beginning to end and does next to nothing with it: what computes
/// something of it can hardly take less.
class Reader {
 public:
  Reader(Tensor values, int threads) : values_(std::move(values)), threads_(threads) {}

  /// Throws Disagreement if the values do not add up to the sum that deft computes.
  void check() const;
  void run(std::int64_t repetitions) const;

 private:
  Tensor values_;
  int threads_;
};

}  // namespace deft::benchmark
