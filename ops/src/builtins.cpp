#include <deft/ops/builtins.hpp>

#include <algorithm>
#include <vector>

namespace deft {
namespace builtin {

using Family = std::span<const OpDef* const>;

// The operations of each family, from the end of its file.
extern const Family add_n_ops;
extern const Family along_axis_ops;
extern const Family arg_extreme_ops;
extern const Family binary_ops;
extern const Family bits_ops;
extern const Family broadcast_ops;
extern const Family cast_ops;
extern const Family check_finite_ops;
extern const Family cholesky_ops;
extern const Family comparison_ops;
extern const Family concat_ops;
extern const Family constant_ops;
extern const Family control_ops;
extern const Family conv_ops;
extern const Family cumprod_ops;
extern const Family cumsum_ops;
extern const Family det_ops;
extern const Family diagonal_ops;
extern const Family distribution_ops;
extern const Family division_ops;
extern const Family eigh_ops;
extern const Family element_ops;
extern const Family error_function_ops;
extern const Family fill_ops;
extern const Family gather_nd_ops;
extern const Family gather_ops;
extern const Family hyperbolic_ops;
extern const Family identity_ops;
extern const Family logistic_ops;
extern const Family lstsq_ops;
extern const Family matmul_ops;
extern const Family one_hot_ops;
extern const Family order_ops;
extern const Family pad_ops;
extern const Family pinv_ops;
extern const Family pool_ops;
extern const Family prod_of_others_ops;
extern const Family qr_ops;
extern const Family range_ops;
extern const Family reduce_ops;
extern const Family reshape_ops;
extern const Family roll_ops;
extern const Family rounding_ops;
extern const Family select_ops;
extern const Family shape_of_ops;
extern const Family slice_ops;
extern const Family solve_ops;
extern const Family sort_ops;
extern const Family split_ops;
extern const Family state_ops;
extern const Family svd_ops;
extern const Family tile_ops;
extern const Family transpose_ops;
extern const Family triangular_solve_ops;
extern const Family trigonometric_ops;
extern const Family unary_ops;

}  // namespace builtin

std::span<const OpDef* const> builtin_ops() {
  static const std::vector<const OpDef*> all = [] {
    using namespace builtin;
    const Family families[] = {
        add_n_ops,
        along_axis_ops,
        arg_extreme_ops,
        binary_ops,
        bits_ops,
        broadcast_ops,
        cast_ops,
        check_finite_ops,
        cholesky_ops,
        comparison_ops,
        concat_ops,
        constant_ops,
        control_ops,
        conv_ops,
        cumprod_ops,
        cumsum_ops,
        det_ops,
        diagonal_ops,
        distribution_ops,
        division_ops,
        eigh_ops,
        element_ops,
        error_function_ops,
        fill_ops,
        gather_nd_ops,
        gather_ops,
        hyperbolic_ops,
        identity_ops,
        logistic_ops,
        lstsq_ops,
        matmul_ops,
        one_hot_ops,
        order_ops,
        pad_ops,
        pinv_ops,
        pool_ops,
        prod_of_others_ops,
        qr_ops,
        range_ops,
        reduce_ops,
        reshape_ops,
        roll_ops,
        rounding_ops,
        select_ops,
        shape_of_ops,
        slice_ops,
        solve_ops,
        sort_ops,
        split_ops,
        state_ops,
        svd_ops,
        tile_ops,
        transpose_ops,
        triangular_solve_ops,
        trigonometric_ops,
        unary_ops,
    };
    std::vector<const OpDef*> joined;
    for (const Family family : families) joined.insert(joined.end(), family.begin(), family.end());
    std::ranges::sort(joined, {}, &OpDef::name);
    return joined;
  }();
  return all;
}

}  // namespace deft
