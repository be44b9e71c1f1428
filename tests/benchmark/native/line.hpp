#pragma once

#include <cstddef>
#include <cstdint>

namespace deft::benchmark {

/// The data of a regression line, in columns that are aligned to 64 bytes and filled up to a
/// multiple of that with rows of zeros.
template <class T>
struct LineColumns {
  const T* ones = nullptr;
  const T* x = nullptr;
  const T* d = nullptr;
  std::size_t rows = 0;  // those of zeros included: they add nothing to a gradient
};

/// Trains w[2] for so many epochs; each subtracts `factor` times the sums of error times column.
template <class T>
using LineTrainer = void (*)(const LineColumns<T>& columns, T factor, std::int64_t epochs, T* w);

/// A plain loop, vectorised by the compiler.
void train_line_plainly(const LineColumns<float>& columns, float factor, std::int64_t epochs,
                        float* w);

}  // namespace deft::benchmark
