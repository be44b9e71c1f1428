#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <deft/core/graph.hpp>
#include <deft/nn/initializers.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/random.hpp>

namespace deft {

// What layers share.

/// A layer in the making, as names of variables and errors have it.
struct LayerName {
  std::string_view op;    // such as "dense"
  std::string_view name;  // of the layer, under which its variables are named
  SourceLocation where;

  /// Throws a GraphError about the layer.
  [[noreturn]] void refuse(ErrorCode code, std::string message, std::string cure) const;

  /// Refuses a number below 1.
  void require_positive(const char* what, std::int64_t number) const;

  /// Refuses a number of `parts`, such as "heads", that is below 1 or does not divide the units.
  void require_parts(const std::string& parts, std::int64_t number, std::int64_t units) const;
};

/// The variable "<name>/<what>", whose first value `initializer` makes of `shape`.
Output parameter(const Random& random, const LayerName& layer, const std::string& what, DType dtype,
                 const Shape& shape, const Initializer& initializer);

/// The variable "<name>/<what>" of `units` numbers, which are `value` at first.
Output filled_parameter(const Graph& graph, const LayerName& layer, const std::string& what,
                        DType dtype, std::int64_t units, double value, bool trainable = true);

/// v [units] -> [units, 1, ...], which broadcasts to `rank` dimensions with the units at `axis`.
Output along_axis(const Output& v, std::int64_t rank, std::int64_t axis);

/// Refuses an operand whose dimension `axis`, from the end if negative, is not that of the last one
/// of `parameter`.
void require_units(const Composite& made, const Output& x, const Output& parameter,
                   std::int64_t axis = -1);

}  // namespace deft
