#pragma once

#include "dtypes.hpp"

namespace deft::onnx {

/// f(x), in what computes, as what x came from.
template <class F>
Output widened(const Output& x, const F& f) {
  return like(f(widened(x)), x);
}

}  // namespace deft::onnx
