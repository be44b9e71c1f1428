#pragma once

#include <cstdint>
#include <string_view>

#include <deft/core/graph.hpp>
#include <deft/nn/layers.hpp>
#include <deft/nn/mode.hpp>

namespace deft {

// Norms of which the statistics are not those of one vector of units: LayerNorm and RmsNorm are in
// deft/nn/layers.hpp.

/// Optional arguments of BatchNorm.
struct BatchNormOptions {
  std::int64_t axis = -1;  // of the units; negative: from the end
  double momentum = 0.1;   // weight of a batch in the moving statistics
  double epsilon = 1e-5;
  DType dtype = DType::f32;
  std::string_view name = "batch_norm";
  SourceLocation where = SourceLocation::outside(__FILE__);
};

/// x [n, ..., units] -> (x - mean) / sqrt(variance + epsilon) scale + shift, with one mean and
/// variance per unit, over all dimensions but that of the units (S. Ioffe and C. Szegedy, "Batch
/// normalization: accelerating deep network training by reducing internal covariate shift", 2015).
///
/// Mode::train takes the moments of the batch; the variance is the mean squared deviation. It also
/// makes moving = moving + momentum (batch - moving) a companion of the result, see
/// deft/ops/companions.hpp: minimize makes it part of its steps, and a run that only evaluates the
/// result, a loss included, changes nothing. There the variance of the batch is the unbiased one,
/// divided by the number of elements less 1. A layer that a loss depends on several times counts
/// every batch, in order of the calls.
///
/// The statistics of a unit stay as they are in a step in which its variance is no finite number:
/// with less than two elements, or if one is infinite or NaN. So a step that NonFinite::skip skips
/// never leaves them unusable, though it counts for units whose numbers are finite.
///
/// Mode::evaluate takes the moving statistics, which are variables that are not trainable.
struct BatchNorm {
  /// Throws GraphError unless momentum is in [0, 1].
  BatchNorm(const Graph& graph, std::int64_t units, const BatchNormOptions& options = {});

  Output operator()(const Output& x, Mode mode, const NodeOptions& options = {}) const;

  Output scale;            // [units], 1 at first, "<name>/scale"
  Output shift;            // [units], 0 at first, "<name>/shift"
  Output moving_mean;      // [units], 0 at first, "<name>/moving_mean"
  Output moving_variance;  // [units], 1 at first, "<name>/moving_variance"
  std::int64_t axis;
  double momentum;
  double epsilon;
};

/// x [n, ..., units] -> (x - mean) / sqrt(variance + epsilon) scale + shift, with one mean and
/// variance per example and group of neighbouring units (Y. Wu and K. He, "Group normalization",
/// 2018). As many groups as units: instance normalization.
struct GroupNorm {
  /// Throws GraphError unless `groups` divides `units`. The default name is "norm".
  GroupNorm(const Graph& graph, std::int64_t units, std::int64_t groups,
            const NormLayerOptions& options = {});

  Output operator()(const Output& x, const NodeOptions& options = {}) const;

  Output scale;  // [units], 1 at first, "<name>/scale"
  Output shift;  // [units], 0 at first, "<name>/shift"
  std::int64_t groups;
  double epsilon;
};

}  // namespace deft
