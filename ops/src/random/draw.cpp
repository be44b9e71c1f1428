#include "draw.hpp"

#include <deft/core/error.hpp>

namespace deft {

/// FNV-1a of 64 bits (G. Fowler, L. C. Noll and K.-P. Vo).
std::uint64_t stream_of(std::string_view text) {
  std::uint64_t state = 0xcbf29ce484222325;
  for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return state;
}

Draw::Draw(const Random& random, std::string_view op, const DrawOptions& options)
    : name(options.name.empty() ? op : options.name) {
  const std::uint64_t stream = stream_of(options.stream.empty() ? random.graph().next_name(name)
                                                                : std::string(options.stream));
  key = {random.seed(), static_cast<std::int64_t>(stream)};
}

RandomKey key_of(const Attributes& attributes) {
  const auto& key = attributes.get<std::vector<std::int64_t>>("key");
  return {static_cast<std::uint64_t>(key.at(0)), static_cast<std::uint64_t>(key.at(1))};
}

void require_step(const InferContext& context) {
  const TensorSpec& step = context.inputs[0];
  if (step != TensorSpec{DType::i64, {}})
    context.fail(ErrorCode::shape_mismatch,
                 "the step is " + to_string(step) + ", but must be i64[]",
                 "count steps in an i64 scalar");
}

}  // namespace deft
