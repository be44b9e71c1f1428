#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <deft/core/dtype.hpp>
#include <deft/core/error.hpp>
#include <deft/core/shape.hpp>
#include <deft/core/tensor.hpp>

namespace deft {

using AttributeValue = std::variant<bool, std::int64_t, double, std::string, DType, Shape,
                                    std::vector<std::int64_t>, Tensor>;

/// The parameters of a node as data: name -> value, in the order given. Tensors among them are
/// aligned, copied if need be, since kernels may read them. Equality, hashing and printing are
/// written once, here.
class Attributes {
 public:
  using Entry = std::pair<std::string, AttributeValue>;

  Attributes() = default;
  Attributes(std::initializer_list<Entry> entries);

  /// These, followed by more.
  Attributes with(std::initializer_list<Entry> more) const;

  /// The value of `name` as a T; throws ValueError if there is none or it has another type.
  template <class T>
  const T& get(std::string_view name) const {
    const AttributeValue* value = find(name);
    const T* typed = value == nullptr ? nullptr : std::get_if<T>(value);
    if (typed == nullptr) missing(name);
    return *typed;
  }

  /// The value of `name`, or nullptr.
  const AttributeValue* find(std::string_view name) const;

  std::span<const Entry> entries() const { return entries_; }
  bool empty() const { return entries_.empty(); }

  /// "{keep_dims: true, axes: [0, 1]}"; tensors by dtype and shape.
  std::string to_string() const;

  /// Equal names and values in the same order; tensors and doubles compare bit for bit.
  friend bool operator==(const Attributes& a, const Attributes& b);

  /// A hash that agrees with ==.
  std::size_t hash() const;

 private:
  [[noreturn]] static void missing(std::string_view name);

  std::vector<Entry> entries_;
};

}  // namespace deft
