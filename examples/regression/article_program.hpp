#pragma once

#include <optional>

#include <deft/deft.hpp>

#include "dataset.hpp"
#include "model.hpp"

namespace examples::regression {

/// The article's TensorFlow program, as TensorFlow exported it (tensorflow/export_article.py), for
/// `data`. It has two coefficients: nothing for data with another number. Throws deft::Error if the
/// file cannot be read.
std::optional<TrainedModel> article_program(const Dataset& data, deft::DType dtype,
                                            double learning_rate);

}  // namespace examples::regression
