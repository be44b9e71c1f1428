#pragma once

/// deft: deferred tensors. The whole public interface.

#include <deft/core/dot.hpp>
#include <deft/core/dtype.hpp>
#include <deft/core/error.hpp>
#include <deft/core/files/csv.hpp>
#include <deft/core/files/idx.hpp>
#include <deft/core/files/npy.hpp>
#include <deft/core/files/npz.hpp>
#include <deft/core/files/safetensors.hpp>
#include <deft/core/graph.hpp>
#include <deft/core/log.hpp>
#include <deft/core/scope.hpp>
#include <deft/core/shape.hpp>
#include <deft/core/tensor.hpp>
#include <deft/core/topology.hpp>
#include <deft/ops/array.hpp>
#include <deft/ops/control.hpp>
#include <deft/ops/convolution.hpp>
#include <deft/ops/diagonal.hpp>
#include <deft/ops/element.hpp>
#include <deft/ops/gradients.hpp>
#include <deft/ops/indexing.hpp>
#include <deft/ops/linalg.hpp>
#include <deft/ops/math.hpp>
#include <deft/ops/movement.hpp>
#include <deft/ops/operand.hpp>
#include <deft/ops/ordering.hpp>
#include <deft/ops/random.hpp>
#include <deft/ops/reduce.hpp>
#include <deft/ops/special.hpp>
#include <deft/ops/state.hpp>
#include <deft/runtime/explanation.hpp>
#include <deft/runtime/options.hpp>
#include <deft/runtime/profile.hpp>
#include <deft/runtime/session.hpp>
