#pragma once

#include <functional>
#include <string_view>

#include <deft/ops/random.hpp>

namespace deft {

/// Makes the initial value of a variable. What it draws is a function of the seed of `random` and
/// of the full name that a node named `name` gets, which begins with that of the variable: so the
/// values of a layer that has a name do not depend on which others are made before, and no step
/// changes them.
using Initializer = std::function<Output(const Random& random, DType dtype, const Shape& shape,
                                         std::string_view name, SourceLocation where)>;

Initializer constant_initializer(double value);
Initializer uniform_initializer(double low, double high);
Initializer normal_initializer(double stddev, double mean = 0);
Initializer truncated_normal_initializer(double stddev, double mean = 0);

// Random numbers of mean 0 whose variance keeps that of activations from layer to layer. A weight
// has the shape [..., inputs, outputs], of which the leading dimensions are those of a window of a
// convolution: fan_in is window * inputs, fan_out window * outputs. Normal numbers are truncated at
// two standard deviations, for which they are widened.

/// Of variance 2 / (fan_in + fan_out) (X. Glorot and Y. Bengio, "Understanding the difficulty of
/// training deep feedforward neural networks", 2010).
Initializer glorot_uniform();
Initializer glorot_normal();

/// Of variance 2 / fan_in, for relu (K. He et al., "Delving deep into rectifiers", 2015).
Initializer he_uniform();
Initializer he_normal();

/// Of variance 1 / fan_in (Y. LeCun et al., "Efficient BackProp", 1998).
Initializer lecun_uniform();
Initializer lecun_normal();

/// A matrix [..., inputs, outputs] of orthogonal columns or rows, whichever are fewer, of length
/// `gain`, in the sense of A. M. Saxe et al., "Exact solutions to the nonlinear dynamics of
/// learning in deep linear neural networks" (2014): all dimensions but the last count as inputs.
Initializer orthogonal(double gain = 1);

}  // namespace deft
