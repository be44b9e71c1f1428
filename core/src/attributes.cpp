#include <deft/core/attributes.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>

#include "tensor/value_error.hpp"

namespace deft {
namespace {

std::string text(bool value) { return value ? "true" : "false"; }
std::string text(std::int64_t value) { return std::to_string(value); }
std::string text(double value) {
  std::array<char, 32> digits{};  // the shortest form that reads back has at most 24
  return {digits.data(), std::to_chars(digits.begin(), digits.end(), value).ptr};
}
std::string text(const std::string& value) { return '\'' + value + '\''; }
std::string text(DType value) { return std::string(to_string(value)); }
std::string text(const Shape& value) { return value.to_string(); }
std::string text(const std::vector<std::int64_t>& values) {
  std::string list = "[";
  for (const std::int64_t value : values) {
    if (list.size() > 1) list += ", ";
    list += std::to_string(value);
  }
  return list + ']';
}
std::string text(const Tensor& value) { return to_string(value.spec()); }

template <class T>
bool same(const T& a, const T& b) {
  return a == b;
}
bool same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}
bool same(const Tensor& a, const Tensor& b) { return bitwise_equal(a, b); }

bool same_value(const AttributeValue& a, const AttributeValue& b) {
  return a.index() == b.index() && std::visit(
                                       [&](const auto& value) {
                                         using T = std::remove_cvref_t<decltype(value)>;
                                         return same(value, std::get<T>(b));
                                       },
                                       a);
}

/// `seed` with `value` mixed in. A product moves bits up only, so the shifts bring them down:
/// doubles differ in their high bits, and hash tables use the low ones.
std::size_t mix(std::size_t seed, std::uint64_t value) {
  const std::uint64_t product = (seed ^ value ^ (value >> 32U)) * 0x9e3779b97f4a7c15U;
  return static_cast<std::size_t>(product ^ (product >> 32U));
}

std::size_t hash_bytes(const void* bytes, std::size_t size) {
  return std::hash<std::string_view>()({static_cast<const char*>(bytes), size});
}

std::size_t hash_of(bool value) { return value ? 1 : 0; }
std::size_t hash_of(std::int64_t value) { return static_cast<std::size_t>(value); }
std::size_t hash_of(double value) { return std::bit_cast<std::uint64_t>(value); }
std::size_t hash_of(const std::string& value) { return std::hash<std::string>()(value); }
std::size_t hash_of(DType value) { return static_cast<std::size_t>(value); }
std::size_t hash_of(std::span<const std::int64_t> values) {
  return hash_bytes(values.data(), values.size_bytes());
}
std::size_t hash_of(const Shape& value) { return hash_of(value.dims()); }
std::size_t hash_of(const Tensor& value) {
  const std::size_t seed = mix(hash_of(value.dtype()), hash_of(value.shape()));
  return mix(seed, hash_bytes(value.raw(), value.num_bytes()));
}

}  // namespace

Attributes::Attributes(std::initializer_list<Entry> entries) : entries_(entries) {
  for (auto& [name, value] : entries_)
    if (auto* const tensor = std::get_if<Tensor>(&value)) *tensor = tensor->aligned();
}

Attributes Attributes::with(std::initializer_list<Entry> more) const {
  const Attributes added(more);
  Attributes all = *this;
  all.entries_.insert(all.entries_.end(), added.entries_.begin(), added.entries_.end());
  return all;
}

const AttributeValue* Attributes::find(std::string_view name) const {
  const auto entry = std::ranges::find(entries_, name, &Entry::first);
  return entry == entries_.end() ? nullptr : &entry->second;
}

void Attributes::missing(std::string_view name) {
  throw_value_error(ErrorCode::invalid_argument,
                    "the attribute '" + std::string(name) + "' is missing or has another type",
                    "give the node the attributes that its operation reads", {});
}

std::string Attributes::to_string() const {
  std::string list = "{";
  for (const Entry& entry : entries_) {
    if (list.size() > 1) list += ", ";
    list += entry.first + ": ";
    list += std::visit([](const auto& value) { return text(value); }, entry.second);
  }
  return list + '}';
}

bool operator==(const Attributes& a, const Attributes& b) {
  return std::ranges::equal(a.entries_, b.entries_, [](const auto& x, const auto& y) {
    return x.first == y.first && same_value(x.second, y.second);
  });
}

std::size_t Attributes::hash() const {
  std::size_t seed = entries_.size();
  for (const Entry& entry : entries_) {
    seed = mix(seed, hash_of(entry.first));
    seed = mix(seed, entry.second.index());
    seed = mix(seed, std::visit([](const auto& value) { return hash_of(value); }, entry.second));
  }
  return seed;
}

}  // namespace deft
