#include <bit>
#include <string>

#include <deft/core/error.hpp>
#include <deft/core/scope.hpp>
#include <deft/ops/shards.hpp>

#include "rebuilding.hpp"
#include "shape_rules.hpp"

namespace deft {
namespace builtin {

/// x [n, s] -> [n / "count", s], which stands for any of the shards of x
extern constexpr OpDef shard{
    .name = "shard",
    .arity = {1, 1},
    .infer = [](const InferContext& context) -> std::vector<TensorSpec> {
      const TensorSpec& x = context.inputs[0];
      return {{x.dtype,
               with_dim(x.shape, 0, x.shape[0] / context.attributes.get<std::int64_t>("count"))}};
    },
    .no_gradient = "it stands for any shard of a batch, which is data",
    .kernel = [](const KernelContext&) -> Kernel {
      throw Refusal{ErrorCode::invalid_argument, "stands for any shard of a batch, not for one",
                    "run what sum_over_shards makes of it"};
    },
};

}  // namespace builtin

namespace {

/// Throws the GraphError of a batch that is cut into shards.
class Cutting {
 public:
  Cutting(const Shards& shards, SourceLocation where) : shards_(shards), where_(where) {
    const Part& part = shards.part;
    if (shards.count < 1 || !std::has_single_bit(static_cast<std::uint64_t>(shards.count)))
      refuse("the batch is cut into " + std::to_string(shards.count) + " shards",
             "give a power of two");
    if (part.count < 1 || shards.count % part.count != 0)
      refuse(std::to_string(shards.count) + " shards are no equal parts for " +
                 std::to_string(part.count) + " processes",
             "start a power of two of them, at most one for each shard");
    if (part.index < 0 || part.index >= part.count)
      refuse("this is part " + std::to_string(part.index) + " of " + std::to_string(part.count),
             "count parts from 0 on");
    if (shards.batch.empty()) refuse("no tensor is cut", "name those whose rows are the batch");
    for (const Output& x : shards.batch) check(x);
  }

 private:
  [[noreturn]] void refuse(const std::string& message, const std::string& cure) const {
    throw GraphError({.code = ErrorCode::invalid_argument,
                      .message = message,
                      .cure = cure,
                      .op = "on_one_shard",
                      .where = where_});
  }

  void check(const Output& x) const {
    const Shape& shape = x.shape(where_);
    const std::string what = "'" + x.name() + "' " + to_string(x.spec());
    if (shape.rank() == 0) refuse(what + " has no rows", "give tensors [rows, ...]");
    if (!shape.is_fully_defined())
      refuse(what + " has dimensions that are not known yet", "give the placeholder a whole shape");
    if (shape[0] % shards_.own() != 0)
      refuse(what + " has " + std::to_string(shape[0]) + " rows, which are not " +
                 std::to_string(shards_.own()) + " equal shards",
             "take a batch of a multiple of that, or fewer shards");
    const std::int64_t rows = shards_.batch.front().shape()[0];
    if (shape[0] != rows)
      refuse(what + " has " + std::to_string(shape[0]) + " rows, '" + shards_.batch.front().name() +
                 "' " + std::to_string(rows),
             "give tensors of one batch");
  }

  const Shards& shards_;
  SourceLocation where_;
};

}  // namespace

std::vector<Output> on_one_shard(const std::vector<Output>& ys, const Shards& shards,
                                 SourceLocation where) {
  const Cutting checked(shards, where);
  const Graph graph = shards.batch.front().graph();
  const NameScope scope(graph, "shard", where);
  Rebuilding rebuilt(graph);
  for (const Output& x : shards.batch)
    rebuilt.replace(x, add_node(builtin::shard, {x}, {{"count", shards.own()}}, {.where = where}));
  std::vector<NodeId> roots;
  roots.reserve(ys.size());
  for (const Output& y : ys) roots.push_back(y.node_id());
  rebuilt.build(roots);
  std::vector<Output> of_one;
  of_one.reserve(ys.size());
  for (const Output& y : ys) of_one.push_back(rebuilt(y.endpoint()));
  return of_one;
}

}  // namespace deft
