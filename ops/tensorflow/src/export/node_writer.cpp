#include "export/node_writer.hpp"

#include <span>

#include "data_types.hpp"
#include "graph_def/fields.hpp"

namespace deft::tensorflow {
namespace {

namespace field = fields;

void write_shape(WireWriter& out, std::uint32_t number, const Shape& shape) {
  out.message(number, [&] {
    for (const std::int64_t size : shape.dims())
      out.message(field::shape::dim, [&] { out.varint(field::dim::size, size); });
  });
}

/// AttrValue.
struct AttributeWriter {
  WireWriter& out;

  void operator()(bool value) const { out.varint(field::attr::b, value ? 1 : 0); }
  void operator()(std::int64_t value) const { out.varint(field::attr::i, value); }
  void operator()(float value) const { out.fixed(field::attr::f, value); }
  void operator()(const std::string& value) const { out.bytes(field::attr::s, value); }
  void operator()(DType value) const { out.varint(field::attr::type, type_of(value)); }
  void operator()(const Shape& value) const { write_shape(out, field::attr::shape, value); }
  void operator()(const std::vector<std::int64_t>& values) const {
    out.message(field::attr::list,
                [&] { out.packed_varints(field::list::i, std::span<const std::int64_t>(values)); });
  }
  void operator()(const Tensor& value) const {
    out.message(field::attr::tensor, [&] {
      out.varint(field::tensor::dtype, type_of(value.dtype()));
      write_shape(out, field::tensor::shape, value.shape());
      out.bytes(field::tensor::content, {static_cast<const char*>(value.raw()), value.num_bytes()});
    });
  }
};

constexpr int producer = 27;      // a version of TensorFlow 1.15's; older ones read it too
constexpr int min_consumer = 12;  // the first that has all of these ops

}  // namespace

std::string GraphWriter::unique(const std::string& wanted) {
  if (names_.insert(wanted).second) return wanted;
  for (int suffix = 1;; ++suffix) {
    std::string name = wanted + "_" + std::to_string(suffix);
    if (names_.insert(name).second) return name;
  }
}

std::string GraphWriter::reserve(const std::string& name) {
  const char first = name.front();
  const bool is_allowed = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') ||
                          (first >= '0' && first <= '9') || first == '.';
  return unique(is_allowed ? name : "x" + name);
}

void GraphWriter::add(const std::string& name, std::string_view op,
                      const std::vector<std::string>& inputs, const ExportAttributes& attributes) {
  out_.message(field::graph::node, [&] {
    out_.bytes(field::node::name, name);
    out_.bytes(field::node::op, op);
    for (const std::string& input : inputs) out_.bytes(field::node::input, input);
    for (const auto& attribute : attributes)
      out_.message(field::node::attr, [&] {
        out_.bytes(field::map_entry::key, attribute.first);
        out_.message(field::map_entry::value,
                     [&] { std::visit(AttributeWriter{out_}, attribute.second); });
      });
  });
}

std::string GraphWriter::finish() && {
  out_.message(field::graph::versions, [&] {
    out_.varint(field::versions::producer, producer);
    out_.varint(field::versions::min_consumer, min_consumer);
  });
  return std::move(out_).text();
}

const TensorSpec& NodeWriter::spec(std::size_t i) const {
  const Endpoint from = node_.inputs[i];
  return graph_.node(from.node).outputs[from.index];
}

std::vector<std::int64_t> NodeWriter::integers(std::string_view attribute) const {
  const AttributeValue* const value = node_.attributes->find(attribute);
  if (value == nullptr) return {};
  return get<std::vector<std::int64_t>>(attribute);
}

Tensor NodeWriter::scalar(std::string_view attribute) const {
  const AttributeValue* const value = node_.attributes->find(attribute);
  const auto* const number = value == nullptr ? nullptr : std::get_if<double>(value);
  const Tensor wide =
      number != nullptr ? Tensor::scalar(*number) : Tensor::scalar(get<std::int64_t>(attribute));
  return wide.to(output().dtype);
}

std::int32_t NodeWriter::narrow(std::int64_t value) const {
  const auto narrowed = static_cast<std::int32_t>(value);
  if (narrowed != value)
    refuse("TensorFlow has no 64 bits for its number " + std::to_string(value));
  return narrowed;
}

std::vector<std::string> NodeWriter::with_controls(const std::vector<std::string>& inputs) const {
  std::vector<std::string> all = inputs;
  all.insert(all.end(), controls_.begin(), controls_.end());
  return all;
}

std::string NodeWriter::helper(std::string_view suffix, std::string_view op,
                               const std::vector<std::string>& inputs,
                               const ExportAttributes& attributes) const {
  std::string name = out_.unique(name_ + "/" + std::string(suffix));
  out_.add(name, op, with_controls(inputs), attributes);
  return name;
}

std::string NodeWriter::constant(std::string_view suffix, const Tensor& value) const {
  std::string name = out_.unique(name_ + "/" + std::string(suffix));
  out_.add(name, "Const", {}, {{"dtype", value.dtype()}, {"value", value}});
  return name;
}

std::string NodeWriter::integer(std::string_view suffix, std::int64_t value) const {
  return constant(suffix, Tensor::scalar(value));
}

std::string NodeWriter::integers(std::string_view suffix,
                                 const std::vector<std::int64_t>& values) const {
  return constant(suffix, Tensor::from(values));
}

void NodeWriter::result(std::string_view op, const std::vector<std::string>& inputs,
                        const ExportAttributes& attributes) const {
  out_.add(name_, op, with_controls(inputs), attributes);
}

}  // namespace deft::tensorflow
