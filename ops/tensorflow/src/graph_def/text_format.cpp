#include "graph_def/text_format.hpp"

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
    const TextScanner::Position begin = scanner_.position();
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
    const TextScanner::Position begin = scanner_.position();
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

}  // namespace

ParsedText parse_text(const WireSource& source) { return Parser(source).parse(); }

}  // namespace deft::tensorflow
