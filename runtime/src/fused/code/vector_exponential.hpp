#pragma once

#include "vector_code.hpp"

namespace deft {

// Append the sequences of operations of exponential-inl.hpp, which explains them.

VectorCode::Value append_exp(VectorCode::Value x, VectorCode& code);
VectorCode::Value append_log(VectorCode::Value x, VectorCode& code);
VectorCode::Value append_tanh(VectorCode::Value x, VectorCode& code);

}  // namespace deft
