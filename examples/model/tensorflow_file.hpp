#pragma once

#include <memory>
#include <string>

#include "model_file.hpp"

namespace examples::model {

/// A graph of TensorFlow 1: GraphDef, MetaGraphDef or SavedModel. Variables have the values of the
/// checkpoint of that prefix; without one those of the checkpoint that belongs to the file, if
/// there is one, and else their initial values. Throws deft::FileError.
std::unique_ptr<ModelFile> open_tensorflow_file(const std::string& path,
                                                const std::string& checkpoint);

}  // namespace examples::model
