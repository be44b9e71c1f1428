#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include <deft/core/source_location.hpp>

namespace deft {

/// A size, an index or an axis as programs have them: an integer of any C++ type, so that
/// `{v.size(), 1}` is no narrowing error. Its implicit constructor captures the caller's line.
class AnyInteger {
 public:
  template <std::integral T>
  requires(!std::same_as<T, bool>) constexpr AnyInteger(
      T value, SourceLocation where = SourceLocation::current())
      : value_(static_cast<std::int64_t>(value)), where_(where) {
    if constexpr (std::is_unsigned_v<T>)
      fits_ = value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  }

  /// False if it is 2^63 or more.
  constexpr bool fits() const { return fits_; }

  /// Its value if it fits.
  constexpr std::int64_t value() const { return value_; }

  constexpr SourceLocation where() const { return where_; }

  /// The number in decimal digits.
  std::string to_string() const {
    return fits_ ? std::to_string(value_) : std::to_string(static_cast<std::uint64_t>(value_));
  }

 private:
  std::int64_t value_;
  bool fits_ = true;
  SourceLocation where_;
};

}  // namespace deft
