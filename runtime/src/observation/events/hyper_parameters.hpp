#pragma once

#include <string>
#include <vector>

#include <deft/core/files/wire.hpp>
#include <deft/core/source_location.hpp>
#include <deft/runtime/event_writer.hpp>

namespace deft {

/// What EventWriter::hyper_parameters is given.
struct RunParameters {
  const std::vector<HyperParameter>& values;
  const std::vector<std::string>& metrics;
  std::string run;        // differs from run to run: runs of one group are averaged
  double start_time = 0;  // seconds since 1970

  /// Throws FileError where TensorBoard could not read it.
  void check(SourceLocation where) const;

  /// As fields `value` of a message Summary.
  void write(WireWriter& summary) const;
};

}  // namespace deft
