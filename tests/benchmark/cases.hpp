#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "harness/case.hpp"
#include "harness/child.hpp"

namespace deft::benchmark {

/// Everything that there is to measure, in the order of the report.
std::span<const Case> all_cases();
std::span<const ChildMode> all_child_modes();

// cases/chain.cpp
Contest chain(const Setting& setting);
Contest scalar_chain(const Setting& setting);

// cases/fan.cpp
Contest fan(const Setting& setting);
Contest fan_threads(const Setting& setting);

// cases/step_overhead.cpp
Contest step_overhead(const Setting& setting);

// cases/run_overhead.cpp
Contest run_overhead_callable(const Setting& setting);
Contest run_overhead_session(const Setting& setting);

// cases/branches.cpp
Contest branches_256(const Setting& setting);
Contest branches_64(const Setting& setting);

// cases/kfold.cpp
Contest kfold(const Setting& setting);

// cases/big_matmul.cpp
Contest big_matmul(const Setting& setting);

// cases/graph_1e6.cpp
Contest graph_seconds(const Setting& setting);
Contest graph_bytes(const Setting& setting);
Contest graph_growth(const Setting& setting);

// cases/plan.cpp
Contest plan_growth(const Setting& setting);
Contest plan_article(const Setting& setting);

// cases/plan_mlp.cpp
Contest plan_mlp(const Setting& setting);

// cases/w1.cpp
Contest w1_f32(const Setting& setting);
Contest w1_f32_limit(const Setting& setting);
Contest w1_f64(const Setting& setting);
Contest w1_portable(const Setting& setting);
Contest w1_reassociate(const Setting& setting);
Contest w1_threads(const Setting& setting);

// cases/wide.cpp
Contest wide_100(const Setting& setting);
Contest wide_100_blas(const Setting& setting);
Contest wide_1000(const Setting& setting);
Contest wide_1000_blas(const Setting& setting);

// cases/poly_fit.cpp
Contest poly_fit(const Setting& setting);

// cases/elementwise.cpp
Contest elementwise_1e6(const Setting& setting);
Contest elementwise_1e4(const Setting& setting);

// cases/reduce.cpp
enum class Reduction { sum, mean, max };
enum class Along { all, rows, columns };  // over which axes
template <Reduction reduction, Along along>
Contest reduce(const Setting& setting);

// cases/networks.cpp
template <std::int64_t columns, bool generate_code>
Contest softmax_rows(const Setting& setting);
template <std::int64_t columns, bool generate_code>
Contest softmax_gradient(const Setting& setting);
template <bool generate_code>
Contest layer_norm(const Setting& setting);
template <bool generate_code>
Contest layer_norm_gradient(const Setting& setting);
template <bool generate_code>
Contest column_sums(const Setting& setting);

// cases/bias_relu_product.cpp
template <bool generate_code>
Contest bias_relu_product(const Setting& setting);

// cases/adam.cpp
template <bool generate_code>
Contest adam_by_hand(const Setting& setting);
Contest adam_update(const Setting& setting);

// cases/mlp.cpp
Contest mlp_128(const Setting& setting);
Contest mlp_128_threads(const Setting& setting);

// cases/mlp_small.cpp
Contest mlp_small(const Setting& setting);

// cases/softmax_loss.cpp
Contest softmax_loss(const Setting& setting);

// cases/cnn.cpp
Contest cnn_step(const Setting& setting);

// cases/random_normal.cpp
Contest random_normal(const Setting& setting);

// cases/gather_batch.cpp
Contest gather_batch(const Setting& setting);

// cases/checkpoint.cpp
Contest save_variables(const Setting& setting);
Contest load_variables(const Setting& setting);

// cases/graph_1e6_child.cpp: {nodes}
std::vector<double> child_graph(const std::vector<std::int64_t>& arguments);

// cases/graph_1e6_by_hand.cpp: {nodes}
std::vector<double> child_graph_by_hand(const std::vector<std::int64_t>& arguments);

// cases/cold_start.cpp
Contest cold_start(const Setting& setting);

// cases/cold_start_child.cpp: {rows, epochs, threads}
std::vector<double> child_cold_start(const std::vector<std::int64_t>& arguments);
std::vector<double> child_cold_start_by_hand(const std::vector<std::int64_t>& arguments);

}  // namespace deft::benchmark
