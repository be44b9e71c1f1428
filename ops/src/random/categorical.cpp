#include <string>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/composite.hpp>
#include <deft/ops/control.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/ordering.hpp>
#include <deft/ops/random.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/special.hpp>

namespace deft {
namespace {

/// -log(-log(1 - u)) of uniform numbers u with the shape of `like`, from which 0 is kept away: all
/// are finite. Rare classes want the small u that f64 has and f32 has not.
Output gumbel_like(const Random& random, const Output& like, std::string_view stream) {
  const Output u = random_uniform_like(random, like, {.stream = stream});
  return -log(-log1p(-maximum(u, 0x1p-54)));
}

}  // namespace

Output random_categorical(const Random& random, const Output& logits, std::int64_t count,
                          const DrawOptions& options) {
  const Composite made(logits, "random_categorical", {options.name, options.where});
  const auto refuse_logits = [&](ErrorCode code) {
    made.refuse(code, "the logits are " + to_string(logits.spec()),
                "give floating ones, [..., classes]");
  };
  if (!is_floating(logits.dtype(options.where))) refuse_logits(ErrorCode::dtype_mismatch);
  if (logits.shape().rank() == 0) refuse_logits(ErrorCode::shape_mismatch);
  if (count < 0)
    made.refuse(ErrorCode::invalid_argument, "the count is " + std::to_string(count),
                "give a count of at least 0");
  const Output checked = made.inside([&] {
    return check_finite({reduce_max(logits, {.axes = {-1}})},
                        {.what = {"the largest logit of each row"}});
  });
  const ControlDependencies after(made.graph(), {checked}, options.where);
  const Output scores = made.inside([&] {
    const Output rows = expand_dims(cast(logits, DType::f64), -2);
    const Output repeated = rows + zeros(made.graph(), DType::f64, {count, 1});
    return rows + gumbel_like(random, repeated, options.stream);
  });
  const NodeOptions node = made.result();
  return argmax(scores, -1, {.name = node.name, .where = node.where});
}

}  // namespace deft
