#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <deft/core/files/named_tensor.hpp>
#include <deft/core/graph.hpp>
#include <deft/core/shape.hpp>
#include <deft/core/source_location.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// Optional arguments of import_graph_def. Names are TensorFlow's: "x" or "x:0" for output 0 of the
/// node "x", "split:1" for output 1.
struct ImportGraphDefOptions {
  std::optional<std::int64_t> batch = {};    // the first dimension of placeholders that is unknown
  std::map<std::string, Shape> shapes = {};  // of placeholders; over `batch`
  std::map<std::string, Tensor> constants = {};  // values for placeholders, for good
  std::vector<std::string> placeholders = {};    // those with a default that are to be fed all
                                                 // the same; others have their default
  std::vector<std::string> fetches = {};  // only what these need is imported; default: everything
  bool initial_values = true;  // false: variables begin as zeros; their initializers, of which
                               // deft need not know every operation, are not imported
  std::vector<std::string> tags = {};  // of a SavedModel's graph; default: the only one, or "serve"
  std::string_view scope = {};         // what the names of all nodes begin with
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// What import_graph_def has added to a graph.
struct ImportedGraph {
  /// A result by TensorFlow's name: "loss", "loss:0", "split:1", and operations without a result,
  /// "train". Throws GraphError, which names similar ones, if it was not imported.
  Output find(std::string_view name, SourceLocation where = SourceLocation::current()) const;

  /// The values that a checkpoint has for the variables, for Session::set. What the checkpoint has
  /// besides is left. Throws GraphError, which lists all variables that it lacks and all of another
  /// dtype or shape.
  std::vector<std::pair<Output, Tensor>> restored(
      const std::vector<NamedTensor>& checkpoint,
      SourceLocation where = SourceLocation::current()) const;

  std::map<std::string, std::vector<Output>, std::less<>>
      nodes;                                                 // outputs by name; of an operation
                                                             // without one: its handle
  std::vector<std::pair<std::string, Output>> placeholders;  // in the order of the file
  std::map<std::string, Output, std::less<>> variables;  // by the name that checkpoints have for it
  std::vector<std::string> left_out;  // nodes of no use without TensorFlow: see import_graph_def
};

/// Adds the graph of a file of TensorFlow 1 to `graph`: a GraphDef, frozen or not, or a
/// MetaGraphDef (.meta), in the binary format or as text (.pbtxt); or the folder of a SavedModel,
/// or its saved_model.pb.
///
/// Nodes have TensorFlow's names as far as deft allows them. Variables, by reference or by
/// resource, become deft's, with the initial value that their node `<variable>/Assign` assigns, and
/// zeros where there is none; those of a MetaGraphDef are trainable if they are in its collection
/// of trainable variables. A run is a transaction, so a read sees the value at the start of a step
/// unless it depends on an assign: what TensorFlow leaves to chance is settled. Optimizers' nodes
/// assign what TensorFlow computes, in the same order of roundings. Nodes of tf.gradients run as
/// they stand. Random initial values are those of deft, not the bits of TensorFlow.
///
/// What a shape, an axis or a permutation depends on must be known, so shape arithmetic of a graph
/// that trains wants `.batch` or `.shapes`; the part that `.fetches` need may do without.
///
/// Saving, restoring and summaries are left out: read_tensorflow_checkpoint and
/// write_tensorflow_checkpoint are in their place. Throws FileError for a file that is damaged; and
/// GraphError that lists all nodes that deft cannot run, by name, op and reason, among them control
/// flow and functions: then what has been added to `graph` so far is of no use, but harmless.
ImportedGraph import_graph_def(const Graph& graph, const std::string& path,
                               const ImportGraphDefOptions& options = {});

/// What the bytes of a graph are.
enum class GraphDefFormat : std::uint8_t {
  graph_def,       // GraphDef
  meta_graph_def,  // MetaGraphDef
  saved_model,     // SavedModel
  text,            // any of them as text
};

/// The same of bytes, which errors call `name`.
ImportedGraph import_graph_def(const Graph& graph, std::span<const char> bytes,
                               GraphDefFormat format, const ImportGraphDefOptions& options = {},
                               std::string_view name = "a GraphDef");

}  // namespace deft
