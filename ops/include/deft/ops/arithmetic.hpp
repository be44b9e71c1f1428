#pragma once

#include <deft/core/op_def.hpp>

// The operations that passes put into a plan. Users call the builders in <deft/ops/math.hpp>.

namespace deft::builtin {

extern const OpDef add;     // x, y
extern const OpDef cast;    // x; attribute "dtype"
extern const OpDef div;     // x, y
extern const OpDef matmul;  // a, b; attributes "transpose_a" and "transpose_b"
extern const OpDef mul;     // x, y
extern const OpDef neg;     // x

}  // namespace deft::builtin
