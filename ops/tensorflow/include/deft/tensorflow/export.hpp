#pragma once

#include <string>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/source_location.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

/// Optional arguments of export_graph_def.
struct ExportGraphDefOptions {
  std::vector<std::pair<Output, Tensor>> values = {};  // of variables, in place of initial values
  bool freeze = false;  // whether variables that are not assigned become constants: of `values`
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Writes what `outputs` need, operations without output among them, as a GraphDef that TensorFlow
/// reads: as text if the path ends in .pbtxt, else in the binary format.
///
/// Nodes have the names that they have in deft; a leading '_' or the like, which TensorFlow does
/// not allow, gets an "x" before it, and what an operation is made of in TensorFlow is named under
/// it. A variable `w` is a node VarHandleOp of that name; its value is `w/read`, and `w/Assign`
/// gives it the initial value. An assign is its new value, which is read after the variable has it.
/// What a step reads and assigns is ordered as in deft, so a step computes the same in TensorFlow.
/// Random draws are refused, since TensorFlow draws other bits: give `.values` of variables that
/// begin with them.
///
/// Throws GraphError that lists all nodes that TensorFlow has no operations for, by op, name and
/// reason; and FileError.
void export_graph_def(const std::vector<Output>& outputs, const std::string& path,
                      const ExportGraphDefOptions& options = {});

/// The same as bytes in the binary format.
std::string graph_def_bytes(const std::vector<Output>& outputs,
                            const ExportGraphDefOptions& options = {});

}  // namespace deft
