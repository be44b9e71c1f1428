#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include <deft/core/error.hpp>
#include <deft/core/visit_dtype.hpp>
#include <deft/ops/control.hpp>

#include "operands.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace {

/// Any number of floating inputs -> nothing
std::vector<TensorSpec> infer_check(const InferContext& context) {
  require_floating(context);
  return {};
}

/// Number `i` of names that each end in a line break.
std::string name_at(const std::string& names, std::size_t i) {
  std::size_t begin = 0;
  for (; i > 0; --i) begin = names.find('\n', begin) + 1;
  return names.substr(begin, names.find('\n', begin) - begin);
}

template <class T>
void check(const T* values, std::int64_t count, const std::string& names, std::size_t input) {
  const T* const found =
      std::find_if(values, values + count, [](T value) { return !std::isfinite(value); });
  if (found == values + count) return;
  throw ValueError({.code = ErrorCode::non_finite,
                    .message = name_at(names, input) + " holds a NaN or an infinity" +
                               (count == 1 ? "" : ", at element " + std::to_string(found - values)),
                    .cure = "look for what overflows, or for a rate that is too high"});
}

Kernel prepare_check(const KernelContext& context) {
  std::vector<TensorSpec> specs(context.inputs.begin(), context.inputs.end());
  double elements = 0;
  for (const TensorSpec& spec : specs) elements += static_cast<double>(spec.shape.num_elements());
  const auto run = [specs = std::move(specs),
                    names = context.attributes.get<std::string>("names")](const KernelArgs& args) {
    for (std::size_t i = 0; i < specs.size(); ++i)
      visit_floating(specs[i].dtype, [&]<class T>(std::type_identity<T>) {
        check(args.input<T>(i), specs[i].shape.num_elements(), names, i);
      });
  };
  return make_kernel(run, elements);
}

}  // namespace

namespace builtin {

extern constexpr OpDef check_finite{
    .name = "check_finite",
    .arity = {1, Arity::unbounded},
    .effect = Effect::stateful,
    .infer = infer_check,
    .gradient = zero_gradients,
    .kernel = prepare_check,
};

constexpr const OpDef* check_finite_list[] = {&check_finite};
extern constexpr std::span<const OpDef* const> check_finite_ops = check_finite_list;

}  // namespace builtin

Output check_finite(const std::vector<Output>& xs, const CheckFiniteOptions& options) {
  const auto refuse = [&](const std::string& message, const std::string& cure) {
    throw GraphError({.code = ErrorCode::invalid_argument,
                      .message = message,
                      .cure = cure,
                      .op = "check_finite",
                      .node = std::string(options.name),
                      .where = options.where});
  };
  if (xs.empty()) refuse("takes at least 1 Output, but none is given", "give it what to check");
  if (!options.what.empty() && options.what.size() != xs.size())
    refuse(std::to_string(options.what.size()) + " names are given for " +
               std::to_string(xs.size()) + " Outputs",
           "give a name for each, or none");
  std::string names;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (xs[i].is_empty())
      refuse("input " + std::to_string(i) + " is an empty Output",
             "give it the result of a builder");
    std::string name = options.what.empty() ? "'" + xs[i].name() + "'" : options.what[i];
    std::ranges::replace(name, '\n', ' ');
    names += name + '\n';
  }
  return add_node(builtin::check_finite, xs, {{"names", names}},
                  {.name = options.name, .where = options.where});
}

}  // namespace deft
