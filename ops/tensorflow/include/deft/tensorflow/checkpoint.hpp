#pragma once

#include <string>
#include <vector>

#include <deft/core/files/named_tensor.hpp>
#include <deft/core/source_location.hpp>

namespace deft {

/// The tensors of a checkpoint of TensorFlow (version 2, what tf.train.Saver writes since
/// TensorFlow 1.0), in the order of their names. `prefix` is what the Saver was given or returned:
/// "folder/model.ckpt-25" of model.ckpt-25.index and model.ckpt-25.data-00000-of-00001, of which
/// there may be several. A SavedModel has it under "variables/variables".
///
/// All checksums are verified. Throws FileError, which names the file and, where its bytes are at
/// fault, the offset: also for tensors of a dtype that deft does not have, for variables that were
/// saved in slices, and for compressed blocks, which TensorFlow does not write. Of TensorFlow 2's
/// object graph, a text under the name "_CHECKPOINTABLE_OBJECT_GRAPH", nothing is given.
std::vector<NamedTensor> read_tensorflow_checkpoint(
    const std::string& prefix, SourceLocation where = SourceLocation::current());

/// Writes such a checkpoint: first the tensors, to <prefix>.data-00000-of-00001, then their names,
/// to <prefix>.index; each file whole or not at all. Names are distinct, not empty and UTF-8.
/// Throws FileError.
void write_tensorflow_checkpoint(const std::string& prefix, const std::vector<NamedTensor>& tensors,
                                 SourceLocation where = SourceLocation::current());

}  // namespace deft
