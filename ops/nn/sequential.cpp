#include <deft/nn/sequential.hpp>

#include <string>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>

namespace deft {

Sequential::Sequential(std::vector<Step> steps, SourceLocation where) : steps_(std::move(steps)) {
  for (std::size_t i = 0; i < steps_.size(); ++i)
    if (!steps_[i].apply_)
      throw GraphError({.message = "step " + std::to_string(i) + " of " +
                                   std::to_string(steps_.size()) + " is an empty function",
                        .cure = "leave it out",
                        .op = "sequential",
                        .where = where});
}

Output Sequential::operator()(const Output& x, Mode mode, SourceLocation where) const {
  const ForwardLocation location(x.graph(where), where, ForwardLocation::Outer::kept);
  Output y = x;
  for (const Step& step : steps_) y = step.apply_(y, mode, {.where = where});
  return y;
}

}  // namespace deft
