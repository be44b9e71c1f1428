#include "identities.hpp"

#include <algorithm>
#include <cmath>

#include <deft/core/visit_dtype.hpp>

namespace deft {

std::optional<Rewrite> forward_same(const SimplifyContext& context) {
  const TensorId input = context.self.inputs[0];
  const Expression made = context.input(0);
  if (made.spec() != context.self.spec()) return std::nullopt;
  return Rewrite{.inputs = {input}};
}

bool is_all(const Tensor* tensor, double value) {
  if (tensor == nullptr || !is_numeric(tensor->dtype())) return false;
  return visit_numeric(tensor->dtype(), [&]<class T>(std::type_identity<T>) {
    return std::ranges::all_of(tensor->data<T>(), [&](T x) {
      const auto number = static_cast<double>(x);
      return number == value && std::signbit(number) == std::signbit(value);
    });
  });
}

}  // namespace deft
