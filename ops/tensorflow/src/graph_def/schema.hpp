#pragma once

#include <cstdint>
#include <span>
#include <string_view>

// What the text format of Protocol Buffers must know of the messages of a graph: the names of their
// fields. Fields that deft does not look into are passed over.
namespace deft::tensorflow {

struct MessageSchema;

struct FieldSchema {
  enum class Kind : std::uint8_t {
    integer,
    boolean,
    f32,
    f64,
    text,  // or bytes
    type,  // DataType
    message,
    skipped,
  };

  std::string_view name;
  std::uint32_t number = 0;
  Kind kind = Kind::skipped;
  bool is_repeated = false;
  const MessageSchema* message = nullptr;
};

struct MessageSchema {
  std::string_view name;
  std::span<const FieldSchema> fields;

  const FieldSchema* find(std::string_view field) const;
  const FieldSchema* find(std::uint32_t number) const;
};

extern const MessageSchema graph_schema;
extern const MessageSchema meta_graph_schema;
extern const MessageSchema saved_model_schema;

}  // namespace deft::tensorflow
