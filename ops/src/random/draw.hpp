#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <deft/core/attributes.hpp>
#include <deft/core/op_def.hpp>
#include <deft/ops/random.hpp>

#include "kernels/random/random.hpp"

namespace deft {

// What the operations that draw have in common: input 0 is the step, the attribute "key" the seed
// and the stream.

/// The stream that a text names: a hash of it.
std::uint64_t stream_of(std::string_view text);

/// A draw that is about to be made.
struct Draw {
  std::string name;               // of the node that is its result
  std::vector<std::int64_t> key;  // the attribute

  /// The name is `options.name`, or else `op`; the stream is that of `options.stream`, or else of
  /// the full name that the next node of that name gets.
  Draw(const Random& random, std::string_view op, const DrawOptions& options);
};

RandomKey key_of(const Attributes& attributes);

/// Refuses a step, input 0, that is no i64 scalar.
void require_step(const InferContext& context);

}  // namespace deft
