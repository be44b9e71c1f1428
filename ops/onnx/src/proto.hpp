#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) says of a model, as far
// as deft reads and writes it. Views refer to the bytes of the file, or to tensors of the writer.
namespace deft::onnx {

/// DataType: the numbers of element types. Of the types that deft does not have, those alone that
/// errors name.
enum class ElementType : std::int32_t {
  undefined = 0,
  f32 = 1,
  u8 = 2,
  i8 = 3,
  u16 = 4,
  i16 = 5,
  i32 = 6,
  i64 = 7,
  string = 8,
  boolean = 9,
  f16 = 10,
  f64 = 11,
  u32 = 12,
  u64 = 13,
  complex64 = 14,
  complex128 = 15,
  bf16 = 16,
};

struct TensorProto {
  std::string name = {};
  std::vector<std::int64_t> dims = {};
  ElementType type = ElementType::undefined;
  std::optional<std::string_view> raw = {};  // little-endian elements
  // Elements in the fields of their kinds. Narrow integers, bool and the bits of 16-bit floats are
  // in i32.
  std::vector<float> f32 = {};
  std::vector<std::int32_t> i32 = {};
  std::vector<std::int64_t> i64 = {};
  std::vector<double> f64 = {};
  std::vector<std::uint64_t> u64 = {};
  bool is_external = false;
  std::map<std::string, std::string> external = {};  // location, offset, length, ...
};

struct GraphProto;

/// A parameter of a node: the value of the one kind that `type` names; or, in the body of a
/// function, that of the function's parameter `reference`.
struct AttributeProto {
  enum class Type : std::int32_t {
    undefined = 0,
    f = 1,
    i = 2,
    s = 3,
    tensor = 4,
    graph = 5,
    floats = 6,
    ints = 7,
    strings = 8,
  };

  std::string name = {};
  std::string reference = {};
  Type type = Type::undefined;
  float f = 0;
  std::int64_t i = 0;
  std::string s = {};
  std::optional<TensorProto> tensor = {};
  std::shared_ptr<const GraphProto> graph = {};
  std::vector<float> floats = {};
  std::vector<std::int64_t> ints = {};
  std::vector<std::string> strings = {};
};

/// An attribute under the name by which it is looked up: a node within a function may have a
/// parameter of the function under a name of its own.
struct NamedAttribute {
  std::string_view name;
  const AttributeProto* attribute;
};

struct NodeProto {
  std::vector<std::string> inputs = {};  // empty: left out
  std::vector<std::string> outputs = {};
  std::string name = {};
  std::string op = {};
  std::string domain = {};  // "": ONNX's own
  std::string overload = {};
  std::vector<AttributeProto> attributes = {};
};

/// A dimension is a number, a name that says which dimensions are equal, or neither.
struct DimensionProto {
  std::optional<std::int64_t> size = {};
  std::string name = {};
};

struct ValueProto {
  std::string name = {};
  bool is_tensor = false;  // else a sequence, a map or an optional
  ElementType type = ElementType::undefined;
  std::optional<std::vector<DimensionProto>> shape = {};
};

struct GraphProto {
  std::string name = {};
  std::vector<NodeProto> nodes = {};
  std::vector<TensorProto> initializers = {};
  std::vector<std::string> sparse_initializers = {};  // names of tensors that deft does not read
  std::vector<ValueProto> inputs = {};
  std::vector<ValueProto> outputs = {};
};

/// Version of the operations of a domain, by domain.
using Opsets = std::map<std::string, std::int64_t>;

struct FunctionProto {
  std::string name = {};
  std::string domain = {};
  std::string overload = {};
  std::vector<std::string> inputs = {};
  std::vector<std::string> outputs = {};
  std::vector<std::string> attributes = {};  // parameters without a default
  std::vector<AttributeProto> defaults = {};
  std::vector<NodeProto> nodes = {};
  Opsets opsets = {};
};

struct ModelProto {
  std::int64_t ir_version = 0;
  std::string producer = {};
  std::string producer_version = {};
  Opsets opsets = {};
  GraphProto graph = {};
  std::vector<FunctionProto> functions = {};
  std::map<std::string, std::string> metadata = {};

  /// "pytorch 1.13".
  std::string full_producer() const {
    return producer + (producer_version.empty() ? "" : ' ' + producer_version);
  }
};

}  // namespace deft::onnx
