#include "plan_hash.hpp"

#include <functional>
#include <string_view>
#include <variant>

#include "mixed.hpp"

namespace deft {
namespace {

class Hash {
 public:
  void add(std::uint64_t number) { value_ = mixed(value_, number); }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0;
};

void add(const TensorSpec& spec, Hash& hash) {
  hash.add(static_cast<std::uint64_t>(spec.dtype));
  hash.add(spec.shape.rank());
  for (const std::int64_t dim : spec.shape.dims()) hash.add(static_cast<std::uint64_t>(dim));
}

/// Constants without their elements: each process may have data of its own, or its number among
/// them. Collectives without their group, which is known by another number in each process.
void add(const Attributes& attributes, bool is_collective, Hash& hash) {
  for (const Attributes::Entry& entry : attributes.entries()) {
    if (is_collective && (entry.first == "group" || entry.first == "rank")) continue;
    if (const auto* const tensor = std::get_if<Tensor>(&entry.second))
      add(tensor->spec(), hash);
    else
      hash.add(Attributes({entry}).hash());
  }
}

}  // namespace

std::uint64_t hash_of(const Draft& draft) {
  Hash hash;
  for (std::size_t at = 0; at < draft.order.size(); ++at) {
    if (!draft.needed[at]) continue;
    hash.add(at);
    hash.add(std::hash<std::string_view>()(draft.op(at).name));
    add(*draft.operations[at].attributes, draft.op(at).group != nullptr, hash);
    for (const ValueId input : draft.inputs_of(at)) hash.add(input);
    for (const TensorSpec& output : draft.outputs(at)) add(output, hash);
  }
  return hash.value();
}

}  // namespace deft
