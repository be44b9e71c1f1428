#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace deft {

/// A message in the wire format of Protocol Buffers, read without knowledge of its fields.
class WireMessage {
 public:
  struct Field {
    std::uint32_t number = 0;
    std::uint32_t type = 0;
    std::uint64_t varint = 0;  // of type 0
    std::string bytes;         // of types 1 (8 bytes), 2 and 5 (4 bytes)
  };

  explicit WireMessage(std::string bytes) : bytes_(std::move(bytes)) {
    while (position_ < bytes_.size()) fields_.push_back(next());
  }

  const std::vector<Field>& fields() const { return fields_; }

  /// How many fields have this number.
  std::size_t count(std::uint32_t number) const { return all(number).size(); }

  std::vector<std::string> texts(std::uint32_t number) const {
    std::vector<std::string> result;
    for (const Field& field : all(number)) result.push_back(field.bytes);
    return result;
  }
  std::vector<WireMessage> messages(std::uint32_t number) const {
    std::vector<WireMessage> result;
    for (const Field& field : all(number)) result.emplace_back(field.bytes);
    return result;
  }

  // Of the only field with this number.
  std::string text(std::uint32_t number) const { return only(number, 2).bytes; }
  WireMessage message(std::uint32_t number) const { return WireMessage(text(number)); }
  std::int64_t integer(std::uint32_t number) const {
    return static_cast<std::int64_t>(only(number, 0).varint);
  }
  float f32(std::uint32_t number) const { return numbers<float>(only(number, 5).bytes).at(0); }
  double f64(std::uint32_t number) const { return numbers<double>(only(number, 1).bytes).at(0); }
  std::vector<double> packed_f64(std::uint32_t number) const {
    return count(number) == 0 ? std::vector<double>() : numbers<double>(text(number));
  }
  std::vector<std::int64_t> packed_varints(std::uint32_t number) const {
    WireMessage inner("");
    inner.bytes_ = text(number);
    std::vector<std::int64_t> result;
    while (inner.position_ < inner.bytes_.size())
      result.push_back(static_cast<std::int64_t>(inner.next_varint()));
    return result;
  }

 private:
  std::vector<Field> all(std::uint32_t number) const {
    std::vector<Field> found;
    for (const Field& field : fields_)
      if (field.number == number) found.push_back(field);
    return found;
  }

  Field only(std::uint32_t number, std::uint32_t type) const {
    const std::vector<Field> found = all(number);
    if (found.size() != 1 || found[0].type != type)
      throw std::runtime_error("not one field " + std::to_string(number));
    return found[0];
  }

  template <class T>
  static std::vector<T> numbers(const std::string& bytes) {
    std::vector<T> result(bytes.size() / sizeof(T));
    std::memcpy(result.data(), bytes.data(), result.size() * sizeof(T));
    return result;
  }

  std::string take(std::uint64_t size) {
    if (size > bytes_.size() - position_) throw std::runtime_error("a message is cut");
    const std::string result = bytes_.substr(position_, static_cast<std::size_t>(size));
    position_ += static_cast<std::size_t>(size);
    return result;
  }

  std::uint64_t next_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(take(1)[0]);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    throw std::runtime_error("a varint is too long");
  }

  Field next() {
    const std::uint64_t key = next_varint();
    Field field{static_cast<std::uint32_t>(key >> 3U), static_cast<std::uint32_t>(key & 7U), 0, ""};
    if (field.type == 0)
      field.varint = next_varint();
    else if (field.type == 1 || field.type == 5)
      field.bytes = take(field.type == 1 ? 8 : 4);
    else if (field.type == 2)
      field.bytes = take(next_varint());
    else
      throw std::runtime_error("no such wire type");
    return field;
  }

  std::string bytes_;
  std::size_t position_ = 0;
  std::vector<Field> fields_;
};

}  // namespace deft
