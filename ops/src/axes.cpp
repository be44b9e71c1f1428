#include <deft/ops/axes.hpp>

#include <deft/core/error.hpp>

namespace deft {

Axes::Axes(std::initializer_list<AnyInteger> axes) {
  std::vector<std::int64_t>& list = axes_.emplace();
  for (const AnyInteger& axis : axes) {
    if (!axis.fits())
      throw ValueError({.message = axis.to_string() + " is no axis",
                        .cure = "an axis is below the rank",
                        .where = axis.where()});
    list.push_back(axis.value());
  }
}

}  // namespace deft
