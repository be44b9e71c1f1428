#include "article_program.hpp"

#ifdef ARTICLE_GRAPHS
#include <string>

#include <deft/tensorflow/tensorflow.hpp>

#include "matrix.hpp"
#endif

namespace examples::regression {

#ifdef ARTICLE_GRAPHS
namespace {

deft::Tensor scalar(double value, deft::DType dtype) {
  return dtype == deft::DType::f32 ? deft::Tensor::scalar(static_cast<float>(value))
                                   : deft::Tensor::scalar(value);
}

}  // namespace

std::optional<TrainedModel> article_program(const Dataset& data, deft::DType dtype,
                                            double learning_rate) {
  if (data.coefficients() != 2) return std::nullopt;
  const std::string path = ARTICLE_GRAPHS "/article_" + std::string(deft::to_string(dtype)) + ".pb";

  deft::Graph graph;
  const deft::ImportedGraph program =
      import_graph_def(graph, path,
                       {.constants = {{"X", matrix(data.columns, dtype)},
                                      {"d", matrix({data.target}, dtype)},
                                      {"mu", scalar(learning_rate, dtype)}}});
  const deft::Output initialize = global_variables_initializer(graph);
  return TrainedModel{graph, initialize, program.find("train"), program.find("w"),
                      program.find("mse")};
}
#else
std::optional<TrainedModel> article_program(const Dataset& /*data*/, deft::DType /*dtype*/,
                                            double /*learning_rate*/) {
  return std::nullopt;
}
#endif

}  // namespace examples::regression
