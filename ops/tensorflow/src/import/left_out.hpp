#pragma once

#include <string>

#include "graph_def/graph_def.hpp"

namespace deft::tensorflow {

/// Whether a node is of use to TensorFlow alone: it saves, restores, or makes or hands on texts,
/// such as names of files and summaries.
bool is_for_tensorflow(const NodeDef& node);

/// Whether an op only hands on what it gets, so that it may be left out where that is.
bool hands_on(const NodeDef& node);

}  // namespace deft::tensorflow
