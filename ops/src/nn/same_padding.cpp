#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include <deft/core/error.hpp>
#include <deft/ops/convolution.hpp>

namespace deft {
namespace {

using Numbers = std::vector<std::int64_t>;

[[noreturn]] void fail(std::string message, std::string cure, SourceLocation where) {
  ErrorInfo info;
  info.message = std::move(message);
  info.cure = std::move(cure);
  info.where = where;
  throw ValueError(std::move(info));
}

void check(const char* name, const Numbers& numbers, std::size_t rank, std::int64_t least,
           SourceLocation where) {
  constexpr std::int64_t largest = std::numeric_limits<std::int32_t>::max();
  if (numbers.size() != rank)
    fail("there are " + std::to_string(rank) + " sizes, but " + std::to_string(numbers.size()) +
             " numbers in " + name,
         "give one per spatial dimension", where);
  for (const std::int64_t number : numbers)
    if (number < least || number > largest)
      fail(std::string(name) + " has the number " + std::to_string(number) + ", but must be from " +
               std::to_string(least) + " to " + std::to_string(largest),
           "give a number in that range", where);
}

/// The elements that each dimension is padded by.
Numbers padded_by(const Numbers& sizes, const Numbers& window, const SameOptions& options) {
  const Numbers ones(sizes.size(), 1);
  const Numbers& strides = options.strides.empty() ? ones : options.strides;
  const Numbers& dilations = options.dilations.empty() ? ones : options.dilations;
  check("sizes", sizes, sizes.size(), 0, options.where);
  check("window", window, sizes.size(), 1, options.where);
  check("strides", strides, sizes.size(), 1, options.where);
  check("dilations", dilations, sizes.size(), 1, options.where);
  Numbers totals;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::int64_t windows = (sizes[i] + strides[i] - 1) / strides[i];
    const std::int64_t spanned = (windows - 1) * strides[i] + (window[i] - 1) * dilations[i] + 1;
    totals.push_back(std::max<std::int64_t>(0, spanned - sizes[i]));
  }
  return totals;
}

/// The padding behind a dimension of `size` that is rounded up.
std::int64_t padded_up(std::int64_t size, std::int64_t extent, std::int64_t stride,
                       const std::pair<std::int64_t, std::int64_t>& padding) {
  const auto [before, after] = padding;
  const std::int64_t slack = size + before + after - extent;
  if (slack <= -stride) return after;  // not even one window, which the pool refuses
  std::int64_t last = slack <= 0 ? 0 : (slack + stride - 1) / stride * stride;
  if (last > 0 && last >= size + before) last -= stride;
  return std::max(after, last + extent - size - before);
}

}  // namespace

Paddings same_upper(const Numbers& sizes, const Numbers& window, const SameOptions& options) {
  Paddings padding;
  for (const std::int64_t total : padded_by(sizes, window, options))
    padding.push_back({total / 2, total - total / 2});
  return padding;
}

Paddings same_lower(const Numbers& sizes, const Numbers& window, const SameOptions& options) {
  Paddings padding;
  for (const std::int64_t total : padded_by(sizes, window, options))
    padding.push_back({total - total / 2, total / 2});
  return padding;
}

Paddings ceil_padding(const Numbers& sizes, const Numbers& window, const CeilOptions& options) {
  const Numbers ones(sizes.size(), 1);
  const Numbers& strides = options.strides.empty() ? ones : options.strides;
  const Numbers& dilations = options.dilations.empty() ? ones : options.dilations;
  Paddings padding = options.padding;
  if (padding.empty()) padding.resize(sizes.size());
  Numbers in_front;
  Numbers behind;
  for (const auto& [before, after] : padding) {
    in_front.push_back(before);
    behind.push_back(after);
  }
  check("sizes", sizes, sizes.size(), 0, options.where);
  check("window", window, sizes.size(), 1, options.where);
  check("strides", strides, sizes.size(), 1, options.where);
  check("dilations", dilations, sizes.size(), 1, options.where);
  check("padding", in_front, sizes.size(), 0, options.where);
  check("padding", behind, sizes.size(), 0, options.where);
  for (std::size_t i = 0; i < sizes.size(); ++i)
    padding[i].second =
        padded_up(sizes[i], (window[i] - 1) * dilations[i] + 1, strides[i], padding[i]);
  return padding;
}

}  // namespace deft
