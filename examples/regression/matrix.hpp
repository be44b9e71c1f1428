#pragma once

#include <vector>

#include <deft/deft.hpp>

namespace examples::regression {

/// The columns side by side as a tensor [rows, columns] of f32 or f64.
deft::Tensor matrix(const std::vector<std::vector<double>>& columns, deft::DType dtype);

}  // namespace examples::regression
