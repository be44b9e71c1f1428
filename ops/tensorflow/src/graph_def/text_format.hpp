#pragma once

#include <string>

#include <deft/core/files/wire_reader.hpp>

#include "graph_def/graph_def.hpp"
#include "graph_def/schema.hpp"

namespace deft::tensorflow {

/// A message that was written as text, in the binary format.
struct ParsedText {
  GraphKind kind = GraphKind::graph;
  std::string bytes;
};

/// Parses a GraphDef, a MetaGraphDef or a SavedModel: the first of its fields tells which. Fields
/// that are of no use to deft are checked for their grammar alone. Throws FileError, which names
/// line and column.
ParsedText parse_text(const WireSource& source);

/// The text of a message that deft wrote in the binary format.
std::string print_text(const WireSource& source, const MessageSchema& schema);

}  // namespace deft::tensorflow
