#include "parameter.hpp"

#include <utility>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/state.hpp>

namespace deft {

void LayerName::refuse(ErrorCode code, std::string message, std::string cure) const {
  throw GraphError({.code = code,
                    .message = std::move(message),
                    .cure = std::move(cure),
                    .op = std::string(op),
                    .node = std::string(name),
                    .where = where});
}

void LayerName::require_positive(const char* what, std::int64_t number) const {
  if (number < 1)
    refuse(ErrorCode::invalid_argument, std::string(what) + " is " + std::to_string(number),
           "give a number of at least 1");
}

void LayerName::require_parts(const std::string& parts, std::int64_t number,
                              std::int64_t units) const {
  require_positive(("the number of " + parts).c_str(), number);
  if (units % number != 0)
    refuse(
        ErrorCode::invalid_argument,
        std::to_string(units) + " units are no multiple of " + std::to_string(number) + " " + parts,
        "give a number of " + parts + " that divides that of the units");
}

Output parameter(const Random& random, const LayerName& layer, const std::string& what, DType dtype,
                 const Shape& shape, const Initializer& initializer) {
  const Graph& graph = random.graph();
  const ForwardLocation location(graph, layer.where, ForwardLocation::Outer::kept);
  const NameScope scope(graph, layer.name, layer.where);
  if (!initializer)
    layer.refuse(ErrorCode::invalid_argument,
                 "the initializer of '" + std::string(layer.name) + "/" + what + "' is empty",
                 "leave it out, or give it a function");
  const Output initial = initializer(random, dtype, shape, what + "/initial_value", layer.where);
  return variable(initial, {.name = what, .where = layer.where});
}

Output filled_parameter(const Graph& graph, const LayerName& layer, const std::string& what,
                        DType dtype, std::int64_t units, double value, bool trainable) {
  const NameScope scope(graph, layer.name, layer.where);
  const Output initial =
      fill(graph, dtype, {units}, value, {.name = what + "/initial_value", .where = layer.where});
  return variable(initial, {.trainable = trainable, .name = what, .where = layer.where});
}

Output along_axis(const Output& v, std::int64_t rank, std::int64_t axis) {
  if (axis == rank - 1) return v;
  std::vector<std::int64_t> dims(static_cast<std::size_t>(rank - axis), 1);
  dims[0] = v.shape()[0];
  return reshape(v, Shape(dims));
}

void require_units(const Composite& made, const Output& x, const Output& parameter,
                   std::int64_t axis) {
  const Shape& shape = x.shape();
  const auto rank = static_cast<std::int64_t>(shape.rank());
  const std::int64_t units = parameter.shape().dims().back();
  const std::int64_t at = axis < 0 ? axis + rank : axis;
  const bool exists = at >= 0 && at < rank;
  const std::int64_t given = exists ? shape[static_cast<std::size_t>(at)] : 0;
  if (exists && (given == units || given == Shape::unknown)) return;
  made.refuse(ErrorCode::shape_mismatch,
              "x has the shape " + shape.to_string() + ", but the layer has " +
                  std::to_string(units) + " units",
              axis == -1 ? "give it as many in the last dimension"
                         : "give it as many in dimension " + std::to_string(axis));
}

}  // namespace deft
