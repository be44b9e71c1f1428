#pragma once

#include <string>
#include <string_view>

#include "test_case.hpp"

namespace deft::conformance {

/// The kind of operation that a case of one node tests: 'A' core, 'B' element by element, 'C'
/// arrays, 'D' networks, reductions and convolutions, 'E' training, 'F' control flow, 'G' recurrent
/// networks; '-' of others, and of versions that deft does not read.
char tier_of(std::string_view op);

/// The worst tier of the operations of a model.
char tier_of(const TestCase& test);

/// Why a case is not counted; empty if it is.
std::string exclusion(const TestCase& test);

/// Whether its operation was expanded into the function that defines it.
bool is_expanded(const TestCase& test);

/// The operation that a case tests: that of its only node, or "graphs".
std::string op_of(const TestCase& test);

/// Whether deft means to pass it: operations of the tiers A to F, of f32, f64, i32, i64, bool and
/// u8.
bool is_in_scope(const TestCase& test);

}  // namespace deft::conformance
