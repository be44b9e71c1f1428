#include "graph_def/graph_def.hpp"

#include <algorithm>
#include <charconv>

#include <deft/core/error.hpp>

#include "graph_def/fields.hpp"
#include "text.hpp"

namespace deft::tensorflow {
namespace {

using namespace fields;

ShapeDef read_shape(WireReader reader) {
  std::vector<std::int64_t> dims;
  bool is_known = true;
  while (reader.next()) switch (reader.field()) {
      case fields::shape::dim: {
        WireReader dim_reader = reader.message();
        std::int64_t size = 0;
        while (dim_reader.next())
          if (dim_reader.field() == dim::size) size = dim_reader.varint<std::int64_t>();
        if (size < -1) reader.fail("a dimension is " + std::to_string(size));
        dims.push_back(size);
        break;
      }
      case fields::shape::unknown_rank:
        is_known = reader.varint<std::uint64_t>() == 0;
        break;
      default:
        break;
    }
  return is_known ? ShapeDef(std::move(dims)) : ShapeDef();
}

std::string raw_text(const WireReader& reader) { return std::string(reader.bytes()); }

ListDef read_list(WireReader reader) {
  ListDef read;
  std::vector<std::uint64_t> numbers;
  while (reader.next()) switch (reader.field()) {
      case list::s:
        read.texts.push_back(raw_text(reader));
        break;
      case list::i:
        reader.append_varints(read.integers);
        break;
      case list::f:
        reader.append_fixed(read.floats);
        break;
      case list::b:
        numbers.clear();
        reader.append_varints(numbers);
        for (const std::uint64_t number : numbers) read.booleans.push_back(number != 0);
        break;
      case list::type:
        reader.append_varints(read.types);
        break;
      case list::shape:
        read.shapes.push_back(read_shape(reader.message()));
        break;
      default:
        break;
    }
  return read;
}

/// The last of the fields counts, since an AttrValue is one of them.
AttrValue read_attribute(WireReader reader) {
  AttrValue value;
  while (reader.next()) switch (reader.field()) {
      case attr::list:
        value = read_list(reader.message());
        break;
      case attr::s:
        value = raw_text(reader);
        break;
      case attr::i:
        value = reader.varint<std::int64_t>();
        break;
      case attr::f:
        value = reader.fixed<float>();
        break;
      case attr::b:
        value = reader.varint<std::uint64_t>() != 0;
        break;
      case attr::type:
        value = TypeDef{reader.varint<int>()};
        break;
      case attr::shape:
        value = read_shape(reader.message());
        break;
      case attr::tensor:
        value = TensorDef{reader.message()};
        break;
      default:
        value = OpaqueDef{};
        break;
    }
  return value;
}

NodeDef read_node(WireReader reader) {
  NodeDef read;
  while (reader.next()) switch (reader.field()) {
      case node::name:
        read.name = reader.text();
        break;
      case node::op:
        read.op = reader.text();
        break;
      case node::input: {
        const std::string text = reader.text();
        const std::optional<InputDef> input = parse_input(text);
        if (!input)
          reader.fail("a node has the input " + in_quotes(text), "give a file that is whole");
        if (!input->is_control && !read.inputs.empty() && read.inputs.back().is_control)
          reader.fail("the input " + in_quotes(text) + " follows a control input");
        read.inputs.push_back(*input);
        break;
      }
      case node::attr: {
        WireReader entry = reader.message();
        std::pair<std::string, AttrValue> attribute;
        while (entry.next()) {
          if (entry.field() == map_entry::key) attribute.first = entry.text();
          if (entry.field() == map_entry::value) attribute.second = read_attribute(entry.message());
        }
        read.attributes.push_back(std::move(attribute));
        break;
      }
      default:
        break;
    }
  if (read.name.empty() || read.op.empty())
    reader.fail("the node " + in_quotes(read.name) + " of op " + in_quotes(read.op) +
                    " lacks a name or an op",
                "give a file that holds a graph");
  return read;
}

std::string function_name(WireReader function) {
  std::string name;
  while (function.next()) {
    if (function.field() != function::signature) continue;
    WireReader reader = function.message();
    while (reader.next())
      if (reader.field() == signature::name) name = reader.text();
  }
  return name;
}

void read_graph(WireReader reader, GraphDef& read) {
  while (reader.next()) switch (reader.field()) {
      case fields::graph::node:
        read.nodes.push_back(read_node(reader.message()));
        break;
      case fields::graph::library: {
        WireReader functions = reader.message();
        while (functions.next())
          if (functions.field() == library::function)
            read.functions.insert(function_name(functions.message()));
        break;
      }
      default:
        break;
    }
}

std::string without_output(std::string name) {
  if (name.ends_with(":0")) name.resize(name.size() - 2);
  return name;
}

VariableDef read_variable(WireReader reader) {
  VariableDef read;
  read.is_trainable = true;  // by the default of the field
  while (reader.next()) switch (reader.field()) {
      case variable_def::variable_name:
        read.name = without_output(reader.text());
        break;
      case variable_def::initializer_name:
        read.initializer = without_output(reader.text());
        break;
      case variable_def::trainable:
        read.is_trainable = reader.varint<std::uint64_t>() != 0;
        break;
      default:
        break;
    }
  return read;
}

/// The messages VariableDef of one of the collections of variables.
std::vector<VariableDef> read_collection(WireReader collection_reader) {
  std::vector<VariableDef> read;
  while (collection_reader.next()) {
    if (collection_reader.field() != collection::bytes) continue;
    WireReader values = collection_reader.message();
    while (values.next())
      if (values.field() == bytes_list::value) read.push_back(read_variable(values.message()));
  }
  return read;
}

/// Files before TensorFlow 1.13 say by the collection alone what is trainable.
void read_collections(const std::vector<WireReader>& entries, GraphDef& read) {
  std::set<std::string, std::less<>> trainable;
  for (WireReader entry : entries) {
    std::string key;
    std::vector<WireReader> values;
    while (entry.next()) {
      if (entry.field() == map_entry::key) key = entry.text();
      if (entry.field() == map_entry::value) values.push_back(entry.message());
    }
    if (key != "variables" && key != "trainable_variables") continue;
    for (const WireReader& value : values)
      for (VariableDef& variable : read_collection(value)) {
        if (key == "trainable_variables")
          trainable.insert(variable.name);
        else
          read.variables.push_back(std::move(variable));
      }
  }
  for (VariableDef& variable : read.variables)
    variable.is_trainable = trainable.contains(variable.name);
}

void read_meta_graph(WireReader reader, GraphDef& read) {
  std::vector<WireReader> collections;
  bool has_graph = false;
  while (reader.next()) {
    if (reader.field() == meta_graph::collections) collections.push_back(reader.message());
    if (reader.field() != meta_graph::graph) continue;
    read_graph(reader.message(), read);
    has_graph = true;
  }
  if (!has_graph)
    throw FileError({.code = ErrorCode::file_format,
                     .message = in_quotes(read.source->name) + ": the MetaGraphDef has no graph",
                     .cure = "give a file that holds a graph",
                     .where = read.source->where});
  read.has_collections = true;
  read_collections(collections, read);
}

std::vector<std::string> tags_of(WireReader reader) {
  std::vector<std::string> tags;
  while (reader.next()) {
    if (reader.field() != meta_graph::meta_info) continue;
    WireReader info = reader.message();
    while (info.next())
      if (info.field() == meta_info::tags) tags.push_back(info.text());
  }
  std::ranges::sort(tags);
  return tags;
}

std::string joined(const std::vector<std::string>& tags) {
  std::string text = "{";
  for (const std::string& tag : tags) text += (text.size() == 1 ? "" : ", ") + tag;
  return text + "}";
}

void read_saved_model(WireReader reader, std::vector<std::string> tags, GraphDef& read) {
  std::vector<std::pair<std::vector<std::string>, WireReader>> graphs;
  while (reader.next())
    if (reader.field() == saved_model::meta_graphs)
      graphs.emplace_back(tags_of(reader.message()), reader.message());
  std::ranges::sort(tags);
  if (tags.empty() && graphs.size() == 1) return read_meta_graph(graphs[0].second, read);
  if (tags.empty()) tags = {"serve"};
  std::string found;
  for (const auto& [has, meta_graph] : graphs) {
    if (has == tags) return read_meta_graph(meta_graph, read);
    found += (found.empty() ? "" : ", ") + joined(has);
  }
  throw FileError({.code = ErrorCode::invalid_argument,
                   .message = in_quotes(read.source->name) + ": none of its graphs has the tags " +
                              joined(tags) + "; it has " + (found.empty() ? "none" : found),
                   .cure = "give the tags of one of them",
                   .where = read.source->where});
}

}  // namespace

const AttrValue* NodeDef::find(std::string_view attribute) const {
  const auto found =
      std::ranges::find(attributes, attribute, &std::pair<std::string, AttrValue>::first);
  return found == attributes.end() ? nullptr : &found->second;
}

std::optional<InputDef> parse_input(std::string_view text) {
  InputDef input;
  input.is_control = text.starts_with('^');
  if (input.is_control) text.remove_prefix(1);
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    const std::string_view digits = text.substr(colon + 1);
    const char* const end = digits.data() + digits.size();
    const auto [stopped, problem] = std::from_chars(digits.data(), end, input.index);
    if (input.is_control || digits.empty() || problem != std::errc{} || stopped != end) return {};
    text = text.substr(0, colon);
  }
  if (text.empty()) return {};
  input.node = text;
  return input;
}

GraphDef read_graph_def(std::string bytes, std::string name, GraphKind kind,
                        const std::vector<std::string>& tags, SourceLocation where) {
  GraphDef read;
  read.bytes = std::make_shared<const std::string>(std::move(bytes));
  read.source = std::make_shared<const WireSource>(WireSource{std::move(name), *read.bytes, where});
  const WireReader reader(*read.source);
  switch (kind) {
    case GraphKind::graph:
      read_graph(reader, read);
      break;
    case GraphKind::meta_graph:
      read_meta_graph(reader, read);
      break;
    case GraphKind::saved_model:
      read_saved_model(reader, tags, read);
      break;
  }
  return read;
}

}  // namespace deft::tensorflow
