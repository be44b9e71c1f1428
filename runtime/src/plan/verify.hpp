#pragma once

#include <string>

#include "draft.hpp"
#include "emit/emission.hpp"

namespace deft {

/// What is wrong with a draft after one of its passes, or nothing. What a pass has not filled yet
/// is not asked for. The invariants:
///
/// * arrays by position and by value have one entry each, and what lists name exists;
/// * every operation has an op, attributes and as many inputs as its arity says; every value has a
///   spec with all dimensions known, and may be replaced by one of the same spec alone, in no
///   circle;
/// * a needed position comes after all positions that it reads and waits for, sources excepted, and
///   they are needed, too; so are fetched ones;
/// * groups share no member, do not wait for each other in a circle, and give every value that
///   others read;
/// * a variable's value at the start of a step is that of its node, and its last value that of an
///   assign, of one spec.
std::string fault_of(const Draft& draft);

/// What is wrong with what `emit` has made of a draft of so many values, or nothing: a value has
/// the bytes of one that has its own, and an instruction waits for earlier ones.
std::string fault_of(const Emission& made, std::size_t values);

/// Throws InternalError if there is a fault after the pass `pass`.
void verify(const Draft& draft, const std::string& pass);

/// Throws InternalError if there is a fault after `emit`.
void verify(const Emission& made, std::size_t values);

}  // namespace deft
