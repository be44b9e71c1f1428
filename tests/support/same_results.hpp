#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iomanip>
#include <limits>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include <deft/deft.hpp>

namespace deft {

/// `tensor` with the same NaN for all: which of its operands' NaN an instruction hands on, and so
/// the sign, depends on the order in which a compiler has put them.
inline Tensor with_one_nan(const Tensor& tensor) {
  Tensor copy = tensor;
  const auto unify = [&]<class T>(std::span<T> elements) {
    for (T& x : elements)
      if (std::isnan(x)) x = std::numeric_limits<T>::quiet_NaN();
  };
  if (tensor.dtype() == DType::f32) unify(copy.mutable_data<float>());
  if (tensor.dtype() == DType::f64) unify(copy.mutable_data<double>());
  return copy;
}

/// The first element whose bytes differ, for a failure's message.
inline std::string first_difference(const Tensor& found, const Tensor& expected) {
  if (found.spec() != expected.spec())
    return to_string(found.spec()) + ", not " + to_string(expected.spec());
  const std::size_t size = size_of(found.dtype());
  const auto bytes_of = [&](const Tensor& tensor, std::size_t element) {
    return std::span(static_cast<const unsigned char*>(tensor.raw()) + element * size, size);
  };
  std::size_t at = 0;
  while (std::ranges::equal(bytes_of(found, at), bytes_of(expected, at))) ++at;
  std::ostringstream text;
  text << "element " << at << " of " << to_string(found.spec()) << " is";
  for (const Tensor* tensor : {&found, &expected}) {
    text << (tensor == &found ? " " : ", not ") << std::hex;
    for (std::size_t i = size; i-- > 0;)
      text << std::setw(2) << std::setfill('0') << int{bytes_of(*tensor, at)[i]};
  }
  return text.str();
}

/// Names the node and its first element whose bytes differ; nothing if none does.
inline std::string difference(const Node& node, const Tensor& found, const Tensor& expected) {
  if (bitwise_equal(found, expected)) return "";
  return std::string(node.op->name) + " '" + node.name() +
         "': " + first_difference(found, expected);
}

/// What a run gives, with the same NaN for all.
inline std::vector<Tensor> values_of(Session& session, const std::vector<Output>& fetches,
                                     const Feeds& feeds = {}, const RunOptions& options = {}) {
  std::vector<Tensor> values;
  for (const Tensor& value : session.run(fetches, feeds, options))
    values.push_back(with_one_nan(value));
  return values;
}

}  // namespace deft
