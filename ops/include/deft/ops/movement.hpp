#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <deft/core/any_integer.hpp>
#include <deft/core/graph.hpp>
#include <deft/ops/axes.hpp>
#include <deft/ops/scalar.hpp>

namespace deft {

// Elements moved by shape alone, of any dtype. Axes may be negative, and dimensions known only in a
// run, where nothing else is said. Beside `using namespace std;` and <valarray>, slice needs
// `deft::`.

/// `xs`, one dtype and at least one, one after the other along `axis`; their other dimensions are
/// equal.
Output concat(const std::vector<Output>& xs, std::int64_t axis, const NodeOptions& options = {});

/// `xs`, of one dtype and shape and at least one, along a new dimension, which becomes dimension
/// `axis` of the result: -rank-1 <= axis <= rank.
Output stack(const std::vector<Output>& xs, std::int64_t axis = 0, const NodeOptions& options = {});

/// The parts of `x` along `axis`, each without that dimension, which must be known.
std::vector<Output> unstack(const Output& x, std::int64_t axis = 0,
                            const NodeOptions& options = {});

/// How `split` cuts a dimension: into a number of equal parts, or into parts of these sizes.
class Parts {
 public:
  template <std::integral T>
  requires(!std::same_as<T, bool>) Parts(T count, SourceLocation where = SourceLocation::current())
      : value_(checked(AnyInteger(count, where))) {}
  /// Of any integer types. Throws ValueError for one of 2^63 or more.
  Parts(std::initializer_list<AnyInteger> sizes);
  Parts(std::vector<std::int64_t> sizes) : value_(std::move(sizes)) {}

  const std::variant<std::int64_t, std::vector<std::int64_t>>& value() const { return value_; }

 private:
  static std::int64_t checked(const AnyInteger& number);

  std::variant<std::int64_t, std::vector<std::int64_t>> value_;
};

/// `x` cut along `axis`: `split(x, 3)` into three equal parts, `split(x, {2, 5}, 1)` into parts of
/// 2 and 5. Refused if the dimension is no multiple of the number of parts, or not the sum of the
/// sizes. At most 65536 parts.
std::vector<Output> split(const Output& x, const Parts& parts, std::int64_t axis = 0,
                          const NodeOptions& options = {});

/// `x` cut along `axis` into parts as long there as each of `likes`, which are not computed: what
/// undoes a concat of shapes that are known only in a run. At most 65536 parts.
std::vector<Output> split_like(const Output& x, const std::vector<Output>& likes, std::int64_t axis,
                               const NodeOptions& options = {});

/// Some positions of a dimension, as Python's `begin:end:step`: a negative position counts from the
/// end, one outside the dimension means its first or last, and one that is left out lies before or
/// behind all positions. `{}` are all, `{.begin = 3}` all from 3 on, `{0, 5}` the first five,
/// `{.end = -1}` all but the last, `{.step = -1}` all in reverse.
struct Slice {
  std::optional<std::int64_t> begin = {};
  std::optional<std::int64_t> end = {};
  std::int64_t step = 1;  // not 0
};

/// The elements of `x` at these positions of its first dimensions, and at all of the others.
///
///     slice(x, {{0, 5}, {}, {.step = -2}})  // Python's x[0:5, :, ::-2]
///
/// The rank stays. A dimension that is known only in a run stays unknown.
Output slice(const Output& x, const std::vector<Slice>& slices, const NodeOptions& options = {});

/// The same of one dimension: `slice(x, -1, {0, 5})`.
Output slice(const Output& x, std::int64_t axis, const Slice& positions,
             const NodeOptions& options = {});

/// What undoes `slice`: zeros (false) of the shape of `like`, which is not computed, with `x` at
/// the elements that `slice(like, slices)` reads. So `slice(unslice(x, like, slices), slices)` is
/// x, and each is the gradient of the other. The dtype is that of `x`.
Output unslice(const Output& x, const Output& like, const std::vector<Slice>& slices,
               const NodeOptions& options = {});
Output unslice(const Output& x, const Output& like, std::int64_t axis, const Slice& positions,
               const NodeOptions& options = {});

/// What stands around the elements that are padded.
enum class PadMode {
  constant,   // PadOptions::value
  edge,       // the nearest element:                    a a | a b c | c c
  reflect,    // a mirror image without the edge itself: c b | a b c | b a
  symmetric,  // a mirror image with the edge:           b a | a b c | c b
  wrap,       // the dimension again and again:          b c | a b c | a b
};

/// Optional arguments of pad.
struct PadOptions {
  PadMode mode = PadMode::constant;
  Scalar value = 0;  // of PadMode::constant; the dtype must have it
  std::string_view name = {};
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// How many positions are added before and after those of a dimension, 0 or more.
using Paddings = std::vector<std::pair<std::int64_t, std::int64_t>>;

/// `x` with positions added to each dimension: `pad(x, {{1, 1}, {0, 2}})`. What is added in another
/// mode than `constant` comes from the same dimension: reflect adds at most one less than there is
/// on either side, symmetric as much as there is, edge and wrap nothing to an empty dimension.
Output pad(const Output& x, const Paddings& paddings, const PadOptions& options = {});

/// `x` repeated as a whole, `repetitions[i]` >= 0 times along dimension i; one number for each
/// dimension.
Output tile(const Output& x, const std::vector<std::int64_t>& repetitions,
            const NodeOptions& options = {});

/// The elements of `x` in reverse order along `axes`, by default along all.
Output reverse(const Output& x, const Axes& axes = {}, const NodeOptions& options = {});

/// `x` moved by `shift` positions along `axis`, toward the end if that is positive; what leaves at
/// one end comes in at the other.
Output roll(const Output& x, std::int64_t shift, std::int64_t axis,
            const NodeOptions& options = {});

}  // namespace deft
