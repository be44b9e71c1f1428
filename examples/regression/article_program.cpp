#include "article_program.hpp"

#include <string>

#include <deft/tensorflow/tensorflow.hpp>

#include "matrix.hpp"

namespace examples::regression {

std::optional<TrainedModel> article_program(const Dataset& data, deft::DType dtype,
                                            double learning_rate) {
  if (data.coefficients() != 2) return std::nullopt;
  const std::string path = ARTICLE_GRAPHS "/article_" + std::string(deft::to_string(dtype)) + ".pb";

  deft::Graph graph;
  const deft::ImportedGraph program =
      import_graph_def(graph, path,
                       {.constants = {{"X", matrix(data.columns, dtype)},
                                      {"d", matrix({data.target}, dtype)},
                                      {"mu", deft::Tensor::scalar(learning_rate).to(dtype)}}});
  const deft::Output initialize = global_variables_initializer(graph);
  return TrainedModel{graph, initialize, program.find("train"), program.find("w"),
                      program.find("mse")};
}

}  // namespace examples::regression
