#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

#include <deft/core/graph.hpp>
#include <deft/core/source_location.hpp>
#include <deft/core/tensor.hpp>
#include <deft/runtime/options.hpp>

namespace deft {

/// A value for a placeholder.
struct Feed {
  Output placeholder;
  Tensor value;
};

/// The feeds of a run: `{{x, batch}, {y, targets}}`, or a vector.
class Feeds {
 public:
  Feeds() = default;
  Feeds(std::initializer_list<Feed> feeds) : feeds_(feeds) {}
  Feeds(std::vector<Feed> feeds) : feeds_(std::move(feeds)) {}

  const std::vector<Feed>& list() const { return feeds_; }

 private:
  std::vector<Feed> feeds_;
};

/// What a run computes: an Output, `{x, y}`, or a vector. Refers to its argument, and so is of use
/// as a parameter only.
class Fetches {
 public:
  Fetches(const Output& fetch) : list_(&fetch, 1) {}
  Fetches(std::initializer_list<Output> fetches) : list_(fetches.begin(), fetches.size()) {}
  Fetches(const std::vector<Output>& fetches) : list_(fetches) {}

  std::span<const Output> list() const { return list_; }

 private:
  std::span<const Output> list_;
};

/// An Output with the line on which it is written as an argument.
struct LocatedOutput {
  template <std::convertible_to<Output> T>
  LocatedOutput(const T& argument, SourceLocation line = SourceLocation::current())
      : output(argument), where(line) {}

  Output output;
  SourceLocation where;
};

/// How many of these arguments are Outputs.
template <class... Arguments>
inline constexpr std::size_t num_fetches = (std::size_t{0} + ... +
                                            std::size_t{std::convertible_to<Arguments, Output>});

/// What `session.run(x, y, feeds, options)` is given, sorted by type.
class RunArguments {
 public:
  template <class... Others>
  explicit RunArguments(const LocatedOutput& first, const Others&... others)
      : fetches{first.output}, options{.where = first.where} {
    static_assert((std::size_t{0} + ... + std::size_t{std::same_as<Others, Feeds>}) <= 1,
                  "pass Feeds once");
    static_assert((std::size_t{0} + ... + std::size_t{std::same_as<Others, RunOptions>}) <= 1,
                  "pass RunOptions once");
    (add(others), ...);
  }

  std::vector<Output> fetches;
  Feeds feeds;
  RunOptions options;

 private:
  void add(const Output& fetch) { fetches.push_back(fetch); }
  void add(const Feeds& given) { feeds = given; }
  /// Options that know no line have that of the call.
  void add(const RunOptions& given) {
    const SourceLocation line = options.where;
    options = given;
    if (given.where.line == 0) options.where = line;
  }
};

}  // namespace deft
