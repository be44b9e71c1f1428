#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/runtime/session.hpp>

namespace deft {

/// Optional arguments of save.
struct SaveOptions {
  std::vector<Output> variables = {};                // default: all of the graph
  std::map<std::string, std::string> metadata = {};  // texts that restore gives back
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// Writes the values of variables, of one consistent state even while runs go on, to a safetensors
/// file: each under its full name. The bytes depend on values and metadata alone. After a kill at
/// any instant the path holds the complete old file or the complete new one. Throws RunError if a
/// variable has no value, FileError.
void save(const Session& session, const std::string& path, const SaveOptions& options = {});

/// What becomes of a variable that a file does not have.
enum class Missing : std::uint8_t { error, keep };

/// What becomes of a tensor that no variable asks for.
enum class Superfluous : std::uint8_t { error, ignore };

/// Optional arguments of restore.
struct RestoreOptions {
  std::vector<Output> only = {};                   // variables; default: all of the graph. With
                                                   // them, the file may have others
  std::map<std::string, std::string> rename = {};  // a variable's name -> its name in the file
  Missing missing = Missing::error;
  Superfluous superfluous = Superfluous::error;
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// What restore did, by names of variables and, of `ignored`, of tensors.
struct Restored {
  std::vector<std::string> restored;
  std::vector<std::string> kept;
  std::vector<std::string> ignored;
  std::map<std::string, std::string> metadata;
};

/// Gives variables the values of a safetensors file, all at once. The file must have each variable,
/// of its dtype and shape, and nothing else, unless options allow it. What is kept small is widened
/// if no value changes: f16 and bf16 to f32 or f64, integers at rest to longer i32 or i64. Throws
/// FileError that lists all that is missing, superfluous or of another dtype or shape; then no
/// variable has changed.
Restored restore(Session& session, const std::string& path, const RestoreOptions& options = {});

}  // namespace deft
