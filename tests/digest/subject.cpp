#include "subject.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <span>
#include <utility>

namespace deft::digest {
namespace {

/// The bits of an element; the same for every NaN.
template <class T>
std::uint64_t bits_of(T element) {
  if constexpr (std::is_floating_point_v<T>)
    if (std::isnan(element)) element = std::numeric_limits<T>::quiet_NaN();
  std::uint64_t bits = 0;
  std::memcpy(&bits, &element, sizeof(T));
  return bits;
}

template <class T>
void add_elements(Hash& hash, const Tensor& tensor) {
  for (const T element : tensor.data<T>()) hash.add(bits_of(element));
}

}  // namespace

/// FNV-1a, word by word, whose high bits reach the low ones by a shift.
void Hash::add(std::uint64_t word) {
  value_ = (value_ ^ word) * 0x100000001b3U;
  value_ ^= value_ >> 29U;
}

void Hash::add(const Tensor& tensor) {
  add(static_cast<std::uint64_t>(tensor.dtype()));
  add(tensor.shape().rank());
  for (const std::int64_t dim : tensor.shape().dims()) add(static_cast<std::uint64_t>(dim));
  switch (tensor.dtype()) {
    case DType::f32:
      return add_elements<float>(*this, tensor);
    case DType::f64:
      return add_elements<double>(*this, tensor);
    case DType::i32:
      return add_elements<std::int32_t>(*this, tensor);
    case DType::i64:
      return add_elements<std::int64_t>(*this, tensor);
    default:
      return add_elements<bool>(*this, tensor);
  }
}

Subject trained(std::string name, const Graph& graph, const Output& step, std::int64_t steps,
                const std::vector<Output>& results) {
  Subject subject{graph, {}, std::move(name)};
  subject.runs.push_back({.fetches = {global_variables_initializer(graph)}, .hashed = false});
  subject.runs.push_back({.fetches = results});
  subject.runs.push_back({.fetches = {step}, .steps = steps, .hashed = false});
  subject.runs.push_back({.fetches = results});
  return subject;
}

Subject fetched(std::string name, const Graph& graph, const std::vector<Output>& results) {
  Subject subject{graph, {}, std::move(name)};
  subject.runs.push_back({.fetches = {global_variables_initializer(graph)}, .hashed = false});
  for (const Output& result : results) subject.runs.push_back({.fetches = {result}});
  if (results.size() > 1) subject.runs.push_back({.fetches = results});
  return subject;
}

std::uint64_t digest_of(const Subject& subject, const SessionOptions& options) {
  Hash hash;
  Session session(subject.graph, options);
  for (const Run& run : subject.runs) {
    try {
      const std::vector<Tensor> values =
          session.run(run.fetches, run.feeds, RunOptions{.steps = run.steps});
      if (!run.hashed) continue;
      for (const Tensor& value : values) hash.add(value);
    } catch (const RunError& error) {
      for (const char letter : std::string_view(to_string(error.code())))
        hash.add(static_cast<std::uint64_t>(letter));
    }
  }
  return hash.value();
}

}  // namespace deft::digest
