#pragma once

#include <cstddef>
#include <cstdint>

namespace deft::benchmark {

inline constexpr std::size_t poly_degree = 8;

/// Trains w[poly_degree], the coefficients of x to x^8, for so many epochs in a plain loop, which
/// the compiler vectorises. Each epoch subtracts `factor` times the sums of error times power.
void train_poly_plainly(const float* x, const float* d, std::size_t rows, float factor,
                        std::int64_t epochs, float* w);

}  // namespace deft::benchmark
