#include <deft/core/element_code.hpp>

#include <string>

#include <deft/core/error.hpp>

namespace deft {

ElementCode::ElementCode(DType dtype, std::size_t arity, bool conditional)
    : dtype_(dtype), arity_(arity) {
  instructions_.reserve(arity + 4);  // most functions are short
  for (std::size_t i = 0; i < arity; ++i)
    add({.is_mask = dtype == DType::boolean || (conditional && i == 0)});
}

ElementCode::Value ElementCode::add(const Instruction& instruction) {
  if (instructions_.size() == most_instructions)
    throw ValueError({.code = ErrorCode::invalid_argument,
                      .message = "an element function has more than " +
                                 std::to_string(most_instructions) + " operations",
                      .cure = "make two functions of it"});
  instructions_.push_back(instruction);
  return static_cast<Value>(instructions_.size() - 1);
}

}  // namespace deft
