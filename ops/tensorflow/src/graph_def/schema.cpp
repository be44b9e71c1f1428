#include "graph_def/schema.hpp"

#include <algorithm>

namespace deft::tensorflow {
namespace {

constexpr auto integer = FieldSchema::Kind::integer;
constexpr auto boolean = FieldSchema::Kind::boolean;
constexpr auto f32 = FieldSchema::Kind::f32;
constexpr auto f64 = FieldSchema::Kind::f64;
constexpr auto text = FieldSchema::Kind::text;
constexpr auto type = FieldSchema::Kind::type;
constexpr auto message = FieldSchema::Kind::message;
constexpr auto skipped = FieldSchema::Kind::skipped;

constexpr FieldSchema dim_fields[] = {{"size", 1, integer}, {"name", 2, text}};
constexpr MessageSchema dim{"TensorShapeProto.Dim", dim_fields};

constexpr FieldSchema shape_fields[] = {{"dim", 2, message, true, &dim},
                                        {"unknown_rank", 3, boolean}};
constexpr MessageSchema shape{"TensorShapeProto", shape_fields};

constexpr FieldSchema tensor_fields[] = {{"dtype", 1, type},
                                         {"tensor_shape", 2, message, false, &shape},
                                         {"version_number", 3, integer},
                                         {"tensor_content", 4, text},
                                         {"half_val", 13, integer, true},
                                         {"float_val", 5, f32, true},
                                         {"double_val", 6, f64, true},
                                         {"int_val", 7, integer, true},
                                         {"string_val", 8, text, true},
                                         {"scomplex_val", 9, f32, true},
                                         {"int64_val", 10, integer, true},
                                         {"bool_val", 11, boolean, true},
                                         {"dcomplex_val", 12, f64, true},
                                         {"resource_handle_val", 14, skipped, true},
                                         {"variant_val", 15, skipped, true},
                                         {"uint32_val", 16, integer, true},
                                         {"uint64_val", 17, integer, true},
                                         {"float8_val", 18, text}};
constexpr MessageSchema tensor{"TensorProto", tensor_fields};

constexpr FieldSchema list_fields[] = {{"s", 2, text, true},
                                       {"i", 3, integer, true},
                                       {"f", 4, f32, true},
                                       {"b", 5, boolean, true},
                                       {"type", 6, type, true},
                                       {"shape", 7, message, true, &shape},
                                       {"tensor", 8, message, true, &tensor},
                                       {"func", 9, skipped, true}};
constexpr MessageSchema list{"AttrValue.ListValue", list_fields};

constexpr FieldSchema attr_fields[] = {{"list", 1, message, false, &list},
                                       {"s", 2, text},
                                       {"i", 3, integer},
                                       {"f", 4, f32},
                                       {"b", 5, boolean},
                                       {"type", 6, type},
                                       {"shape", 7, message, false, &shape},
                                       {"tensor", 8, message, false, &tensor},
                                       {"placeholder", 9, text},
                                       {"func", 10, skipped}};
constexpr MessageSchema attr{"AttrValue", attr_fields};

constexpr FieldSchema attr_entry_fields[] = {{"key", 1, text}, {"value", 2, message, false, &attr}};
constexpr MessageSchema attr_entry{"NodeDef.AttrEntry", attr_entry_fields};

constexpr FieldSchema node_fields[] = {{"name", 1, text},
                                       {"op", 2, text},
                                       {"input", 3, text, true},
                                       {"device", 4, text},
                                       {"attr", 5, message, true, &attr_entry},
                                       {"experimental_debug_info", 6, skipped},
                                       {"experimental_type", 7, skipped}};
constexpr MessageSchema node{"NodeDef", node_fields};

constexpr FieldSchema versions_fields[] = {
    {"producer", 1, integer}, {"min_consumer", 2, integer}, {"bad_consumers", 3, integer, true}};
constexpr MessageSchema versions{"VersionDef", versions_fields};

constexpr FieldSchema signature_fields[] = {{"name", 1, text},
                                            {"input_arg", 2, skipped, true},
                                            {"output_arg", 3, skipped, true},
                                            {"attr", 4, skipped, true},
                                            {"summary", 5, skipped},
                                            {"description", 6, skipped},
                                            {"deprecation", 8, skipped},
                                            {"is_aggregate", 16, skipped},
                                            {"is_stateful", 17, skipped},
                                            {"is_commutative", 18, skipped},
                                            {"allows_uninitialized_input", 19, skipped},
                                            {"control_output", 20, skipped, true},
                                            {"is_distributed_communication", 21, skipped}};
constexpr MessageSchema signature{"OpDef", signature_fields};

constexpr FieldSchema function_fields[] = {{"signature", 1, message, false, &signature},
                                           {"node_def", 3, skipped, true},
                                           {"ret", 4, skipped, true},
                                           {"attr", 5, skipped, true},
                                           {"control_ret", 6, skipped, true},
                                           {"arg_attr", 7, skipped, true},
                                           {"resource_arg_unique_id", 8, skipped, true}};
constexpr MessageSchema function{"FunctionDef", function_fields};

constexpr FieldSchema library_fields[] = {{"function", 1, message, true, &function},
                                          {"gradient", 2, skipped, true},
                                          {"registered_gradients", 3, skipped, true}};
constexpr MessageSchema library{"FunctionDefLibrary", library_fields};

constexpr FieldSchema graph_fields[] = {{"node", 1, message, true, &node},
                                        {"library", 2, message, false, &library},
                                        {"version", 3, integer},
                                        {"versions", 4, message, false, &versions},
                                        {"debug_info", 5, skipped}};

constexpr FieldSchema bytes_list_fields[] = {{"value", 1, text, true}};
constexpr MessageSchema bytes_list{"CollectionDef.BytesList", bytes_list_fields};

constexpr FieldSchema collection_fields[] = {{"node_list", 1, skipped},
                                             {"bytes_list", 2, message, false, &bytes_list},
                                             {"int64_list", 3, skipped},
                                             {"float_list", 4, skipped},
                                             {"any_list", 5, skipped}};
constexpr MessageSchema collection{"CollectionDef", collection_fields};

constexpr FieldSchema collection_entry_fields[] = {{"key", 1, text},
                                                   {"value", 2, message, false, &collection}};
constexpr MessageSchema collection_entry{"MetaGraphDef.CollectionDefEntry",
                                         collection_entry_fields};

constexpr FieldSchema meta_info_fields[] = {{"meta_graph_version", 1, text},
                                            {"stripped_op_list", 2, skipped},
                                            {"any_info", 3, skipped},
                                            {"tags", 4, text, true},
                                            {"tensorflow_version", 5, text},
                                            {"tensorflow_git_version", 6, text},
                                            {"stripped_default_attrs", 7, boolean},
                                            {"function_aliases", 8, skipped, true}};
constexpr MessageSchema meta_info{"MetaGraphDef.MetaInfoDef", meta_info_fields};

constexpr FieldSchema meta_graph_fields[] = {
    {"meta_info_def", 1, message, false, &meta_info},
    {"graph_def", 2, message, false, &graph_schema},
    {"saver_def", 3, skipped},
    {"collection_def", 4, message, true, &collection_entry},
    {"signature_def", 5, skipped, true},
    {"asset_file_def", 6, skipped, true},
    {"object_graph_def", 7, skipped}};

constexpr FieldSchema saved_model_fields[] = {
    {"saved_model_schema_version", 1, integer},
    {"meta_graphs", 2, message, true, &meta_graph_schema}};

}  // namespace

constinit const MessageSchema graph_schema{"GraphDef", graph_fields};
constinit const MessageSchema meta_graph_schema{"MetaGraphDef", meta_graph_fields};
constinit const MessageSchema saved_model_schema{"SavedModel", saved_model_fields};

const FieldSchema* MessageSchema::find(std::string_view field) const {
  const auto found = std::ranges::find(fields, field, &FieldSchema::name);
  return found == fields.end() ? nullptr : &*found;
}

const FieldSchema* MessageSchema::find(std::uint32_t number) const {
  const auto found = std::ranges::find(fields, number, &FieldSchema::number);
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace deft::tensorflow
