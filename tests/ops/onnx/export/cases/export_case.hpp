#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <deft/deft.hpp>

#include "support/samples.hpp"

namespace deft {

using Built = std::vector<Output>;

/// A small graph that has the operation `op`, of placeholders for these values. `name` tells cases
/// of one operation apart.
struct ExportCase {
  std::string op;
  std::vector<Tensor> inputs;
  std::function<Built(const std::vector<Output>& x)> build;
  std::string name = "";
  std::size_t open_dims = 0;     // that the shapes of placeholders begin with, not known
  std::string onnxruntime = {};  // why onnxruntime is not asked; empty: it is
};

/// The case in a graph of its own.
struct CaseGraph {
  Graph graph = {};
  std::vector<Output> inputs = {};
  std::vector<NamedOutput> outputs = {};

  explicit CaseGraph(const ExportCase& of) {
    for (std::size_t i = 0; i < of.inputs.size(); ++i) {
      const Tensor& value = of.inputs[i];
      std::vector<std::int64_t> dims(value.shape().dims().begin(), value.shape().dims().end());
      std::fill_n(dims.begin(), std::min(of.open_dims, dims.size()), Shape::unknown);
      inputs.push_back(
          placeholder(graph, value.dtype(), Shape(dims), {.name = "x" + std::to_string(i)}));
    }
    const Built built = of.build(inputs);
    for (std::size_t i = 0; i < built.size(); ++i)
      outputs.push_back({"y" + std::to_string(i), built[i]});
  }

  std::vector<Feed> feeds(const ExportCase& of) const {
    std::vector<Feed> all;
    for (std::size_t i = 0; i < inputs.size(); ++i) all.push_back({inputs[i], of.inputs[i]});
    return all;
  }
};

/// What several rows have in common.
inline std::string title(const ExportCase& of) {
  return of.op + (of.name.empty() ? "" : ", " + of.name);
}

/// The same with open dimensions: all of them, or so many.
inline ExportCase opened(ExportCase of, std::size_t count = Shape::max_rank) {
  of.open_dims = count;
  of.name += of.name.empty() ? "open dimensions" : ", open dimensions";
  return of;
}

/// Values in the open interval.
inline Tensor between(double low, double high, const Shape& shape, DType dtype = DType::f32,
                      std::uint32_t seed = 1) {
  const Tensor integers = sample<std::int64_t>(shape, seed);
  std::vector<double> values;
  for (const std::int64_t i : integers.data<std::int64_t>())
    values.push_back(low + (high - low) * (static_cast<double>(i) + 128.5) / 256);
  return Tensor::from(shape, values).to(dtype);
}

}  // namespace deft
