#include "data_types.hpp"

#include <array>
#include <utility>

namespace deft::tensorflow {
namespace {

constexpr std::array<std::pair<int, std::string_view>, 30> names{{
    {0, "DT_INVALID"},
    {1, "DT_FLOAT"},
    {2, "DT_DOUBLE"},
    {3, "DT_INT32"},
    {4, "DT_UINT8"},
    {5, "DT_INT16"},
    {6, "DT_INT8"},
    {7, "DT_STRING"},
    {8, "DT_COMPLEX64"},
    {9, "DT_INT64"},
    {10, "DT_BOOL"},
    {11, "DT_QINT8"},
    {12, "DT_QUINT8"},
    {13, "DT_QINT32"},
    {14, "DT_BFLOAT16"},
    {15, "DT_QINT16"},
    {16, "DT_QUINT16"},
    {17, "DT_UINT16"},
    {18, "DT_COMPLEX128"},
    {19, "DT_HALF"},
    {20, "DT_RESOURCE"},
    {21, "DT_VARIANT"},
    {22, "DT_UINT32"},
    {23, "DT_UINT64"},
    {24, "DT_FLOAT8_E5M2"},
    {25, "DT_FLOAT8_E4M3FN"},
    {26, "DT_FLOAT8_E4M3FNUZ"},
    {27, "DT_FLOAT8_E4M3B11FNUZ"},
    {28, "DT_FLOAT8_E5M2FNUZ"},
    {29, "DT_INT4"},
}};

constexpr std::string_view reference_suffix = "_REF";

}  // namespace

std::optional<DType> dtype_of_type(int type) {
  if (type > reference) type -= reference;
  for (const DType dtype :
       {DType::f32, DType::f64, DType::i32, DType::i64, DType::boolean, DType::u8, DType::i8,
        DType::i16, DType::u16, DType::u32, DType::u64, DType::f16, DType::bf16})
    if (type_of(dtype) == type) return dtype;
  return {};
}

std::string type_name(int type) {
  const bool refers = type > reference;
  for (const auto& [number, name] : names)
    if (number == (refers ? type - reference : type))
      return std::string(name) + std::string(refers ? reference_suffix : std::string_view{});
  return "data type " + std::to_string(type);
}

std::optional<int> type_number(std::string_view name) {
  const bool refers = name.ends_with(reference_suffix);
  if (refers) name.remove_suffix(reference_suffix.size());
  for (const auto& [number, known] : names)
    if (known == name) return refers ? number + reference : number;
  return {};
}

}  // namespace deft::tensorflow
