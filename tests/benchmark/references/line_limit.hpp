#pragma once

#include "native/line.hpp"

namespace deft::benchmark {

/// The fastest loop that we can write, for the instruction set of this machine: it does nothing but
/// wait for the second-level cache.
void train_line_fast(const LineColumns<float>& columns, float factor, std::int64_t epochs,
                     float* w);
void train_line_fast(const LineColumns<double>& columns, double factor, std::int64_t epochs,
                     double* w);

}  // namespace deft::benchmark
