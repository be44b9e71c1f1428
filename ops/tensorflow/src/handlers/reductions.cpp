#include <deft/ops/array.hpp>
#include <deft/ops/ordering.hpp>
#include <deft/ops/reduce.hpp>

#include "handlers/handlers.hpp"

namespace deft::tensorflow {
namespace {

using Reduce = Output (*)(const Output&, const ReduceOptions&);

template <Reduce f>
std::vector<Output> reduce(const NodeContext& context) {
  return {f(context.input(0), {.axes = context.integers(1),
                               .keep_dims = context.boolean("keep_dims", false),
                               .name = context.name()})};
}

using Extreme = Output (*)(const Output&, std::int64_t, const ArgExtremeOptions&);

template <Extreme f>
std::vector<Output> arg_extreme(const NodeContext& context) {
  const std::int64_t axis = context.integer(1);
  const DType dtype = context.dtype("output_type", DType::i64);
  if (dtype == DType::i64) return {f(context.input(0), axis, {.name = context.name()})};
  const Output position = context.inside([&] { return f(context.input(0), axis, {}); });
  return {cast(position, dtype, context.options())};
}

std::vector<Output> cumsum_handler(const NodeContext& context) {
  return {cumsum(context.input(0), context.integer(1),
                 {.exclusive = context.boolean("exclusive", false),
                  .reverse = context.boolean("reverse", false),
                  .name = context.name()})};
}

std::vector<Output> top_k_handler(const NodeContext& context) {
  const std::int64_t k = context.node().op == "TopK" ? context.integer("k") : context.integer(1);
  const auto [values, indices] = top_k(context.input(0), k, {.name = context.name()});
  const Output positions = indices;
  return {values, context.inside([&] {
            return cast(positions, context.dtype("index_type", DType::i32), {.name = "indices"});
          })};
}

constexpr OpHandler handlers[] = {
    {"All", reduce<reduce_all>},     {"Any", reduce<reduce_any>}, {"ArgMax", arg_extreme<argmax>},
    {"ArgMin", arg_extreme<argmin>}, {"Cumsum", cumsum_handler},  {"Max", reduce<reduce_max>},
    {"Mean", reduce<reduce_mean>},   {"Min", reduce<reduce_min>}, {"Prod", reduce<reduce_prod>},
    {"Sum", reduce<reduce_sum>},     {"TopK", top_k_handler},     {"TopKV2", top_k_handler},
};

}  // namespace

constinit const OpHandlers reduction_handlers = handlers;

}  // namespace deft::tensorflow
