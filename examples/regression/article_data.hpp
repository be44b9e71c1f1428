#pragma once

#include <cstdint>

#include "common/table.hpp"

namespace examples::regression {

/// The data of R. Candido's "Pure Python vs NumPy vs TensorFlow Performance Comparison"
/// (realpython.com, 2018): x evenly spaced on [0, 2] and d = 3 + 2 x + 0.1 noise, the noise from
/// NumPy's generator seeded with 444. At least 2 rows.
Table article_data(std::int64_t rows);

}  // namespace examples::regression
