#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <deft/core/dtype.hpp>

// TensorFlow's element types: the enumeration DataType of types.proto.
namespace deft::tensorflow {

constexpr int string_type = 7;
constexpr int resource_type = 20;
constexpr int reference = 100;  // what a type of references has more than that of the elements

/// The number of a dtype.
constexpr int type_of(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return 1;
    case DType::f64:
      return 2;
    case DType::i32:
      return 3;
    case DType::u8:
      return 4;
    case DType::i16:
      return 5;
    case DType::i8:
      return 6;
    case DType::i64:
      return 9;
    case DType::boolean:
      return 10;
    case DType::bf16:
      return 14;
    case DType::u16:
      return 17;
    case DType::f16:
      return 19;
    case DType::u32:
      return 22;
    case DType::u64:
      return 23;
  }
  return 0;
}

/// The dtype of a number, or of references to it; nothing if deft has none.
std::optional<DType> dtype_of_type(int type);

/// "DT_FLOAT"; of a number without a name "data type 99".
std::string type_name(int type);

/// The number of a name; nothing if it is none.
std::optional<int> type_number(std::string_view name);

}  // namespace deft::tensorflow
