#include "graph_def/text_format.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <set>

#include <deft/core/files/wire.hpp>

#include "data_types.hpp"
#include "graph_def/text_scanner.hpp"
#include "text.hpp"

namespace deft::tensorflow {
namespace {

using Kind = FieldSchema::Kind;

class Parser {
 public:
  explicit Parser(const WireSource& source) : scanner_(source) {}

  ParsedText parse() {
    ParsedText parsed;
    const MessageSchema* schema = &graph_schema;
    if (!scanner_.done()) {
      TextScanner ahead = scanner_;
      const std::string_view first = ahead.name();
      if (saved_model_schema.find(first) != nullptr) {
        schema = &saved_model_schema;
        parsed.kind = GraphKind::saved_model;
      } else if (meta_graph_schema.find(first) != nullptr) {
        schema = &meta_graph_schema;
        parsed.kind = GraphKind::meta_graph;
      }
    }
    std::set<std::uint32_t> seen;
    while (!scanner_.done()) field(*schema, seen);
    parsed.bytes = std::move(out_).text();
    return parsed;
  }

 private:
  void enter() {
    if (++depth_ > WireReader::max_depth) scanner_.fail("messages lie in each other too deep");
  }

  /// The closing bracket of the message that begins here.
  char open() {
    if (scanner_.accept('<')) return '>';
    scanner_.expect('{');
    return '}';
  }

  void end_field() {
    if (!scanner_.accept(',')) scanner_.accept(';');
  }

  void field(const MessageSchema& schema, std::set<std::uint32_t>& seen) {
    const std::size_t begin = scanner_.position();
    const std::string_view name = scanner_.name();
    const FieldSchema* const field = schema.find(name);
    if (field == nullptr)
      scanner_.fail_at(begin, "a " + std::string(schema.name) + " has no field " + in_quotes(name));
    if (!seen.insert(field->number).second && !field->is_repeated)
      scanner_.fail_at(begin, "the field " + in_quotes(name) + " stands twice");
    const bool has_colon = scanner_.accept(':');
    const bool may_lack_colon = field->kind == Kind::message || field->kind == Kind::skipped;
    if (!has_colon && !may_lack_colon) scanner_.fail("':' is missing");
    if (field->kind == Kind::skipped)
      skip_value(has_colon);
    else if (field->is_repeated && scanner_.accept('['))
      list(*field);
    else
      value(*field);
    end_field();
  }

  void list(const FieldSchema& field) {
    if (scanner_.accept(']')) return;
    do value(field);
    while (scanner_.accept(','));
    scanner_.expect(']');
  }

  void value(const FieldSchema& field) {
    switch (field.kind) {
      case Kind::integer:
        out_.varint(field.number, scanner_.integer());
        break;
      case Kind::boolean:
        out_.varint(field.number, scanner_.boolean() ? 1 : 0);
        break;
      case Kind::f32:
        out_.fixed(field.number, static_cast<float>(scanner_.number()));
        break;
      case Kind::f64:
        out_.fixed(field.number, scanner_.number());
        break;
      case Kind::text:
        out_.bytes(field.number, scanner_.text());
        break;
      case Kind::type:
        out_.varint(field.number, type());
        break;
      case Kind::message:
        message(field);
        break;
      case Kind::skipped:
        break;
    }
  }

  int type() {
    if (!scanner_.next_is_name()) return static_cast<int>(scanner_.integer());
    const std::size_t begin = scanner_.position();
    const std::string_view name = scanner_.name();
    const std::optional<int> number = type_number(name);
    if (!number) scanner_.fail_at(begin, in_quotes(name) + " is no DataType");
    return *number;
  }

  void message(const FieldSchema& field) {
    enter();
    const char close = open();
    out_.message(field.number, [&] {
      std::set<std::uint32_t> seen;
      while (!scanner_.accept(close)) this->field(*field.message, seen);
    });
    --depth_;
  }

  /// What may stand behind the name of a field of any kind.
  void skip_value(bool has_colon) {
    if (scanner_.next_is('{') || scanner_.next_is('<')) return skip_message();
    if (!has_colon) scanner_.fail("':' is missing");
    if (scanner_.next_is_text()) {
      scanner_.text();
    } else if (scanner_.accept('[')) {
      if (scanner_.accept(']')) return;
      enter();
      do skip_value(true);
      while (scanner_.accept(','));
      scanner_.expect(']');
      --depth_;
    } else if (scanner_.next_is_name()) {
      scanner_.name();
    } else {
      scanner_.number();
    }
  }

  void skip_message() {
    enter();
    const char close = open();
    while (!scanner_.accept(close)) {
      scanner_.name();
      skip_value(scanner_.accept(':'));
      end_field();
    }
    --depth_;
  }

  TextScanner scanner_;
  WireWriter out_;
  int depth_ = 0;
};

/// A text in quotes, in which bytes that are not printable ASCII are octal escapes.
std::string escaped(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte >= ' ' && byte < 0x7F) {
      out += c;
    } else {
      out += '\\';
      for (const unsigned shift : {6U, 3U, 0U})
        out += static_cast<char>('0' + (byte >> shift & 7U));
    }
  }
  return out + "\"";
}

/// The shortest decimals that give the number back.
template <class T>
std::string decimals(T number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  std::array<char, 32> digits{};
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return {digits.data(), result.ptr};
}

void print(WireReader reader, const MessageSchema& schema, const std::string& indent,
           std::string& out) {
  while (reader.next()) {
    const FieldSchema* const field = schema.find(reader.field());
    if (field == nullptr || field->kind == Kind::skipped) continue;
    const auto line = [&](const std::string& value) {
      out.append(indent).append(field->name).append(": ").append(value) += '\n';
    };
    switch (field->kind) {
      case Kind::integer: {
        std::vector<std::int64_t> values;
        reader.append_varints(values);
        for (const std::int64_t value : values) line(std::to_string(value));
        break;
      }
      case Kind::boolean:
        line(reader.varint<std::uint64_t>() != 0 ? "true" : "false");
        break;
      case Kind::f32:
        line(decimals(reader.fixed<float>()));
        break;
      case Kind::f64:
        line(decimals(reader.fixed<double>()));
        break;
      case Kind::text:
        line(escaped(reader.bytes()));
        break;
      case Kind::type:
        line(type_name(reader.varint<int>()));
        break;
      case Kind::message:
        out.append(indent).append(field->name).append(" {\n");
        print(reader.message(), *field->message, indent + "  ", out);
        out.append(indent).append("}\n");
        break;
      case Kind::skipped:
        break;
    }
  }
}

}  // namespace

std::string print_text(const WireSource& source, const MessageSchema& schema) {
  std::string out;
  print(WireReader(source), schema, "", out);
  return out;
}

ParsedText parse_text(const WireSource& source) { return Parser(source).parse(); }

}  // namespace deft::tensorflow
