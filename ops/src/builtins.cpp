#include <deft/ops/builtins.hpp>

#include <algorithm>
#include <vector>

namespace deft {
namespace builtin {

using Family = std::span<const OpDef* const>;

// The operations of each family, from the end of its file.
extern const Family broadcast_ops, constant_ops, fill_ops, identity_ops, reshape_ops, shape_of_ops,
    transpose_ops, control_ops, lstsq_ops, matmul_ops, pinv_ops, add_n_ops, cast_ops,
    comparison_ops, binary_ops, unary_ops, select_ops, reduce_ops, state_ops;

extern const Family rounding_ops, division_ops;

}  // namespace builtin

std::span<const OpDef* const> builtin_ops() {
  static const std::vector<const OpDef*> all = [] {
    using namespace builtin;
    std::vector<const OpDef*> joined;
    for (const Family family :
         {broadcast_ops, constant_ops,   fill_ops,    identity_ops, reshape_ops, shape_of_ops,
          transpose_ops, control_ops,    lstsq_ops,   matmul_ops,   pinv_ops,    add_n_ops,
          cast_ops,      comparison_ops, binary_ops,  unary_ops,    select_ops,  reduce_ops,
          state_ops,     rounding_ops,   division_ops})
      joined.insert(joined.end(), family.begin(), family.end());
    std::ranges::sort(joined, {}, &OpDef::name);
    return joined;
  }();
  return all;
}

}  // namespace deft
