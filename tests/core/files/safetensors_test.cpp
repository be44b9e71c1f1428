#include <deft/core/files/safetensors.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "caught.hpp"
#include "files/readers.hpp"
#include "support/file_bytes.hpp"
#include "support/temp_folder.hpp"

namespace deft {
namespace {

Safetensors read(const File& file) { return read_safetensors(file); }

std::string safetensors(const std::string& header, const std::string& elements) {
  std::string size(8, '\0');
  size[0] = static_cast<char>(header.size() & 0xFFU);
  size[1] = static_cast<char>(header.size() >> 8U);
  return size + header + elements;
}

/// The only tensor of a file with this type and these elements.
Tensor tensor_of(const std::string& type, int count, const std::string& elements) {
  const std::string header = R"({"x":{"dtype":")" + type + R"(","shape":[)" +
                             std::to_string(count) + R"(],"data_offsets":[0,)" +
                             std::to_string(elements.size()) + "]}}";
  return read_bytes(safetensors(header, elements), read).tensors.at(0).tensor;
}

std::vector<std::string> names_of(const Safetensors& file) {
  std::vector<std::string> names;
  for (const NamedTensor& named : file.tensors) names.push_back(named.name);
  return names;
}

}  // namespace

TEST_CASE("files that the reference implementation wrote") {
  const auto load = [](const std::string& name) {
    return read_safetensors(data_path("safetensors/good/" + name + ".safetensors"));
  };
  const Safetensors mixed = load("mixed");
  CHECK(names_of(mixed) ==
        std::vector<std::string>{"step", "d", "empty", "l1.bias", "l1.weight", "idx", "mask"});
  CHECK(mixed.metadata == std::map<std::string, std::string>{{"format", "pt"}, {"who", "mixed"}});
  CHECK(mixed.tensors[0].tensor == Tensor::scalar(std::int64_t{7}));
  CHECK(mixed.tensors[1].tensor == Tensor{-0.6071856998706371, 0.12682784711186987});
  CHECK(mixed.tensors[2].tensor.spec() == TensorSpec{DType::f32, {0, 3}});
  CHECK(mixed.tensors[4].tensor.shape() == Shape{4, 3});
  CHECK(mixed.tensors[4].tensor.at<float>(3, 2) == -0.310556560754776F);
  CHECK(mixed.tensors[5].tensor == Tensor{0, 1, 2, 3});
  CHECK(mixed.tensors[6].tensor == Tensor{false, true, false, true, true});

  const Safetensors scalars = load("scalars");
  CHECK(scalars.tensors[0].tensor == Tensor::scalar(1.5F));
  CHECK(scalars.tensors[1].tensor == Tensor::scalar(-2));
  CHECK(scalars.tensors[2].tensor == Tensor::scalar(true));

  const float infinity = std::numeric_limits<float>::infinity();
  const std::vector<float> special = load("special").tensors[0].tensor.to<float>();
  CHECK(special[0] != special[0]);
  CHECK(bitwise_equal(Tensor{special[1], special[2], special[3], special[4]},
                      Tensor{infinity, -infinity, -0.0F, 1e-45F}));
  CHECK(load("none").tensors.empty());
}

TEST_CASE("a file is written as the reference implementation writes it") {
  const TempFolder folder;
  for (const char* name : {"scalars", "special", "none"}) {
    const std::string path = data_path(std::string("safetensors/good/") + name + ".safetensors");
    const Safetensors file = read_safetensors(path);
    write_safetensors(folder / "a", file.tensors, file.metadata);
    CHECK(folder.read("a") == bytes_of_file(path));
  }
}

TEST_CASE("the bytes of a file do not depend on the order of the tensors") {
  const TempFolder folder;
  const NamedTensor a{"a", Tensor{1.0F, 2.0F}};
  const NamedTensor b{"b", Tensor{1.0, 2.0}};
  const NamedTensor c{"c", Tensor::from<std::uint8_t>({2}, {1, 2})};
  const NamedTensor d{"d", Tensor{true}};
  write_safetensors(folder / "a", {a, b, c, d}, {{"k", "v"}, {"j", ""}});
  write_safetensors(folder / "b", {d, c, b, a}, {{"j", ""}, {"k", "v"}});
  CHECK(folder.read("a") == folder.read("b"));
  const Safetensors file = read_safetensors(folder / "a");
  CHECK(names_of(file) == std::vector<std::string>{"b", "a", "c", "d"});
  CHECK(file.tensors[2].tensor == c.tensor);
  CHECK(file.metadata == std::map<std::string, std::string>{{"j", ""}, {"k", "v"}});
}

TEST_CASE("names and metadata of any characters") {
  const TempFolder folder;
  std::string all;
  for (char c = 1; c < 127; ++c) all += c;
  const std::string name = "/\"\\\x7F\xD0\xBA\xE2\x82\xAC\xF0\x9F\x98\x80" + all;
  write_safetensors(folder / "a", {{name, Tensor{1}}}, {{name, all + std::string(1, '\0')}});
  const Safetensors file = read_safetensors(folder / "a");
  CHECK(names_of(file) == std::vector<std::string>{name});
  CHECK(file.metadata.at(name) == all + std::string(1, '\0'));
  CHECK(folder.read("a").find(R"(\u0001\u0002)") != std::string::npos);
}

TEST_CASE("the metadata alone") {
  const TempFolder folder;
  const std::string path = folder / "a.safetensors";
  const std::map<std::string, std::string> metadata{{"seed", "1"}, {"", "x"}};
  write_safetensors(path, {{"w", Tensor{1.0F, 2.0F}}}, metadata);
  CHECK(read_safetensors_metadata(path) == metadata);
  write_safetensors(path, {{"w", Tensor{1.0F, 2.0F}}});
  CHECK(read_safetensors_metadata(path).empty());
  const std::string whole = folder.read("a.safetensors");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    folder.add("a.safetensors", whole.substr(0, size));
    CHECK_THROWS_AS(read_safetensors_metadata(path), FileError);
  }
}

TEST_CASE("escapes in a header") {
  const auto name_of = [](const std::string& json) {
    const std::string header =
        "{\"" + json + "\": {\"shape\": [1] , \"data_offsets\":[0,1],\"dtype\":\"U8\"}}";
    return names_of(read_bytes(safetensors(header, "x"), read)).at(0);
  };
  CHECK(name_of(R"(\u0041\n\/\b\f\r\t\"\\)") == "A\n/\b\f\r\t\"\\");
  CHECK(name_of(R"(\u00e9\u20AC\ud83d\ude00)") == "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  const auto problem = [](const std::string& json) {
    return problem_of(safetensors("{\"" + json, ""), read);
  };
  CHECK(problem(R"(\ud83d\u0041)") == "byte 22: half of a surrogate pair stands alone");
  CHECK(problem(R"(\ude00)") == "byte 16: half of a surrogate pair stands alone");
  CHECK(problem(R"(\u00g0)") == "byte 12: \\u needs four hex digits");
  CHECK(problem(R"(\u+123)") == "byte 12: \\u needs four hex digits");
  CHECK(problem(R"(\u12)") == "byte 12: \\u needs four hex digits");
  CHECK(problem(R"(\x)") == "byte 11: a \\ stands before what is no escape");
  CHECK(problem("\\") == "byte 11: a \\ stands before what is no escape");
  CHECK(problem("a\nb") == "byte 11: a control character stands in a string");
  CHECK(problem("abc") == "byte 13: a string is not closed");
  CHECK(problem("\xC0\x80") == "byte 10: a string is not UTF-8");
  CHECK(problem("\xED\xA0\x80") == "byte 10: a string is not UTF-8");
  CHECK(problem("\xF4\x90\x80\x80") == "byte 10: a string is not UTF-8");
}

TEST_CASE("elements keep their types") {
  CHECK(tensor_of("I8", 2, "\x7F\x80") == Tensor::from<std::int8_t>({2}, {127, -128}));
  CHECK(tensor_of("U8", 2, "\x7F\x80") == Tensor::from<std::uint8_t>({2}, {127, 128}));
  CHECK(tensor_of("I16", 1, "\xFE\xFF") == Tensor::from<std::int16_t>({-2}));
  CHECK(tensor_of("U16", 1, "\xFE\xFF") == Tensor::from<std::uint16_t>({65534}));
  CHECK(tensor_of("U32", 1, "\xFE\xFF\xFF\xFF") == Tensor{4294967294U});
  CHECK(tensor_of("U64", 1, std::string(8, '\xFF')) ==
        Tensor::from<std::uint64_t>({~std::uint64_t{0}}));
  CHECK(tensor_of("F16", 1, std::string("\x00\x3E", 2)) == Tensor{Half(1.5)});
  CHECK(tensor_of("BF16", 2, "\xC0\x3F\x01\x80") ==
        Tensor{BFloat16(1.5), BFloat16::from_bits(0x8001)});
}

TEST_CASE("tensors of all dtypes follow each other as the reference implementation sorts them") {
  const TempFolder folder;
  std::vector<NamedTensor> tensors;
  for (int i = 0; i <= static_cast<int>(DType::bf16); ++i) {
    const auto dtype = static_cast<DType>(i);
    tensors.push_back({std::string(to_string(dtype)), Tensor{0, 1}.to(dtype)});
  }
  write_safetensors(folder / "a", tensors);
  const Safetensors file = read_safetensors(folder / "a");
  CHECK(names_of(file) == std::vector<std::string>{"u64", "i64", "f64", "f32", "u32", "i32", "bf16",
                                                   "f16", "u16", "i16", "i8", "u8", "bool"});
  for (const NamedTensor& read : file.tensors) {
    CHECK(to_string(read.tensor.dtype()) == read.name);
    CHECK(bitwise_equal(read.tensor, Tensor{0, 1}.to(read.tensor.dtype())));
  }
  write_safetensors(folder / "b", file.tensors);
  CHECK(folder.read("a") == folder.read("b"));
}

TEST_CASE("files that are refused, and what the reference implementation accepts besides") {
  check_problems(
      "safetensors/bad",
      {
          {"1e0", "byte 37: an integer from 0 to 2^64 - 1 is needed here"},
          {"2p64", "byte 58: an integer from 0 to 2^64 - 1 is needed here"},
          {"7_bytes", "byte 0: the size of the header takes 8 bytes, but 7 follow"},
          {"C64", "byte 61: tensor \"x\" is of type \"C64\", which deft does not read"},
          {"F4", "byte 60: tensor \"x\" is of type \"F4\", which deft does not read"},
          {"F4_odd", "byte 60: tensor \"x\" is of type \"F4\", which deft does not read"},
          {"array", "byte 8: a { is needed here, but \"[\" stands"},
          {"badutf8", "byte 10: a string is not UTF-8"},
          {"begingtend", "byte 61: the data_offsets of tensor \"x\" are not a begin and an end"},
          {"beyond", "byte 62: the tensors take 8 bytes, but 4 follow the header"},
          {"bom", "byte 8: a { is needed here, but \"?\" stands"},
          {"bool_byte_2", "byte 63: a bool is 2"},
          {"bool_shape", "byte 37: an integer from 0 to 2^64 - 1 is needed here"},
          {"comment", "byte 9: a \" is needed here, but \"/\" stands"},
          {"deep_in_meta", "byte 29: a \" is needed here, but \"[\" stands"},
          {"dtype_F8", "byte 65: tensor \"x\" is of type \"F8_E4M3\", which deft does not read"},
          {"dup_key", "byte 36: tensor \"x\" has the field \"dtype\" twice"},
          {"dup_tensor", "byte 8: two tensors are named \"x\""},
          {"dup_tensor_same",
           "byte 62: tensor \"x\" begins at 0 behind the header, but the one before it ends at 4"},
          {"empty_file", "byte 0: the size of the header takes 8 bytes, but 0 follow"},
          {"empty_name", "byte 12: the name \"\" of a tensor is empty"},
          {"empty_obj", ""},
          {"empty_obj_data", "byte 10: the tensors take 0 bytes, but 4 follow the header"},
          {"empty_tensor_mid", ""},
          {"entry_array", "byte 13: a { is needed here, but \"[\" stands"},
          {"float_off", "byte 58: an integer from 0 to 2^64 - 1 is needed here"},
          {"header_not_8", ""},
          {"hole",
           "byte 62: tensor \"b\" begins at 8 behind the header, but the one before it ends at 4"},
          {"hole_front",
           "byte 9: tensor \"a\" begins at 4 behind the header, but the one before it ends at 0"},
          {"leading_zero", "byte 37: an integer from 0 to 2^64 - 1 is needed here"},
          {"len0", "byte 8: a { is needed here, but the header ends"},
          {"len_100MBplus1",
           "byte 0: the header has 100000001 bytes, more than the 100000000 that the format "
           "allows"},
          {"len_1_more", "byte 8: the header takes 200 bytes, but 54 follow"},
          {"len_2p63",
           "byte 0: the header has 9223372036854775808 bytes, more than the 100000000 that the "
           "format allows"},
          {"lone_surrogate", "byte 16: half of a surrogate pair stands alone"},
          {"lower_dtype", "byte 61: tensor \"x\" is of type \"f32\", which deft does not read"},
          {"meta_as_tensor", "byte 47: a \" is needed here, but \"[\" stands"},
          {"meta_dup", "byte 40: the metadata has the key \"a\" twice"},
          {"meta_int", "byte 29: a \" is needed here, but \"1\" stands"},
          {"meta_nested", "byte 29: a \" is needed here, but \"{\" stands"},
          {"meta_null", ""},
          {"meta_ok", ""},
          {"meta_twice", "byte 49: the header has two \"__metadata__\""},
          {"misaligned", ""},
          {"missing_shape", "byte 49: tensor \"x\" has no field \"shape\""},
          {"nan", "byte 37: an integer from 0 to 2^64 - 1 is needed here"},
          {"neg", "byte 56: an integer from 0 to 2^64 - 1 is needed here"},
          {"neg_zero", "byte 56: an integer from 0 to 2^64 - 1 is needed here"},
          {"not_json", "byte 9: a \" is needed here, but \"a\" stands"},
          {"nul_name", "byte 20: the name \"a?b\" of a tensor has a NUL in it"},
          {"null", "byte 8: a { is needed here, but \"n\" stands"},
          {"offsets1", "byte 59: the data_offsets of tensor \"x\" are not a begin and an end"},
          {"offsets3", "byte 63: the data_offsets of tensor \"x\" are not a begin and an end"},
          {"ok", ""},
          {"ok_leading_space", ""},
          {"ok_trailing_spaces", ""},
          {"overlap",
           "byte 62: tensor \"b\" begins at 0 behind the header, but the one before it ends at 4"},
          {"overlap_partial",
           "byte 62: tensor \"b\" begins at 4 behind the header, but the one before it ends at 8"},
          {"rank_40", "byte 9: a tensor has rank 40, but the highest rank of deft is 8"},
          {"scalar_shape", ""},
          {"shape_big_zero", ""},
          {"shape_neg", "byte 37: an integer from 0 to 2^64 - 1 is needed here"},
          {"shape_overflow",
           "byte 9: the size of a tensor of shape [1099511627776, 1099511627776] does not fit in "
           "63 bits"},
          {"shape_overflow_0",
           "byte 9: the size of a tensor of shape [9223372036854775808, 4, 0] does not fit in 63 "
           "bits"},
          {"size_mismatch", "byte 61: tensor \"a\" has 4 bytes, but F32[2] takes 8"},
          {"string_off", "byte 56: an integer from 0 to 2^64 - 1 is needed here"},
          {"trailing_comma", "byte 61: a \" is needed here, but \"}\" stands"},
          {"trailing_data", "byte 62: the tensors take 4 bytes, but 5 follow the header"},
          {"trailing_newline", ""},
          {"trailing_nul", "byte 62: the header goes on behind its object"},
          {"trailing_x", "byte 62: the header goes on behind its object"},
          {"unknown_dtype", "byte 61: tensor \"x\" is of type \"F33\", which deft does not read"},
          {"unknown_key",
           "byte 66: tensor \"x\" has a field \"zz\" beside dtype, shape and data_offsets"},
      },
      read);
  const std::string deep = "{\"x\":" + std::string(100'000, '[');
  std::string size(8, '\0');
  const std::size_t length = deep.size();
  for (std::size_t i = 0; i < 4; ++i) size[i] = static_cast<char>(length >> (8 * i) & 0xFFU);
  CHECK(problem_of(size + deep, read) == "byte 13: a { is needed here, but \"[\" stands");
}

TEST_CASE("damaged files") {
  for (const char* name : {"mixed", "scalars"}) {
    const std::string path = data_path(std::string("safetensors/good/") + name + ".safetensors");
    const std::string bytes = bytes_of_file(path);
    check_cuts(bytes, read);
    check_flips(bytes, read);
  }
}

TEST_CASE("what cannot be written is refused before a file is there") {
  const TempFolder folder;
  const auto problem = [&](const std::vector<NamedTensor>& tensors,
                           const std::map<std::string, std::string>& metadata) {
    const auto error =
        caught<FileError>([&] { write_safetensors(folder / "a", tensors, metadata); });
    CHECK(error.code() == ErrorCode::invalid_argument);
    CHECK(error.info().where.line == __LINE__ - 2);
    CHECK(folder.names().empty());
    const std::string& message = error.info().message;
    return message.substr(message.find(": ") + 2);
  };
  const Tensor x{1};
  CHECK(problem({{"", x}}, {}) == "the name \"\" of a tensor is empty");
  CHECK(problem({{"\xFF", x}}, {}) == "the name \"?\" of a tensor is not UTF-8");
  CHECK(problem({{std::string("a\0b", 3), x}}, {}) ==
        "the name \"a?b\" of a tensor has a NUL in it");
  CHECK(problem({{"b", x}, {"a", x}, {"b", x}}, {}) == "two tensors are named \"b\"");
  CHECK(problem({{"__metadata__", x}}, {}).starts_with("a tensor is named \"__metadata__\""));
  CHECK(problem({}, {{"a", "\xFF"}}) == "the metadata under \"a\" is not UTF-8");
  CHECK(problem({}, {{"a", std::string(100'000'000, 'a')}})
            .starts_with("its header takes 100000032 bytes, more than the 100000000 that"));
}

}  // namespace deft
