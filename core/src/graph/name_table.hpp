#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace deft {

/// A name must survive in files and drawings: letters, digits and "_.-/".
bool is_valid_name(std::string_view name);

/// The unique names of a graph's nodes, as base and suffix: "add_12" is ("add", 12), "add" is
/// ("add", 0). Storing the base once keeps a million automatic names small.
class NameTable {
 public:
  struct Name {
    std::string_view base;  // what claim returns is owned by the table
    std::uint32_t suffix = 0;

    friend bool operator==(const Name&, const Name&) = default;
  };

  /// `wanted`, or if that is taken the first free of wanted_1, wanted_2, ...
  Name claim(std::string_view wanted);

  /// What claim would return; the base is part of `wanted`.
  Name next(std::string_view wanted) const;

  /// A name as base and suffix; the base is part of `name`.
  static Name split(std::string_view name);

 private:
  struct Taken {
    bool plain = false;             // the base itself
    std::uint32_t next = 1;         // suffixes 1 .. next-1 are taken,
    std::set<std::uint32_t> above;  // and so are some larger ones
    bool contains(std::uint32_t suffix) const;
    void insert(std::uint32_t suffix);
  };
  /// Finds a name without a copy of it.
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::unordered_map<std::string, Taken, Hash, std::equal_to<>> bases_;
};

}  // namespace deft
