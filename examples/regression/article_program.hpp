#pragma once

#include <optional>

#include <deft/deft.hpp>

#include "dataset.hpp"
#include "model.hpp"

namespace examples::regression {

// ARTICLE_GRAPHS is the folder of the graphs, if deft is built with deft::tensorflow.
#ifdef ARTICLE_GRAPHS
inline constexpr bool has_tensorflow = true;
#else
inline constexpr bool has_tensorflow = false;
#endif

/// The article's TensorFlow program, as TensorFlow exported it (tensorflow/export_article.py), for
/// `data`. It has two coefficients: nothing for data with another number, and where deft is built
/// without deft::tensorflow. Throws deft::Error if the file cannot be read.
std::optional<TrainedModel> article_program(const Dataset& data, deft::DType dtype,
                                            double learning_rate);

}  // namespace examples::regression
